//! Pages on how to use it.
