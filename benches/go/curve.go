// The work of benches/benches/curve.rs with Go's maps: `curve GOROUTINES MILLISECONDS` prints a line for each map,
// its name, millions of calls a second, and p50, p99 and p99.9 in nanoseconds.
package main

import (
	"fmt"
	"hash/maphash"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	keys  = 10_000
	reads = 95
	timed = 8
)

type table interface {
	get(key string) (uint64, bool)
	put(key string, value uint64)
}

type mutexMap struct {
	lock sync.Mutex
	m    map[string]uint64
}

func (t *mutexMap) get(key string) (uint64, bool) {
	t.lock.Lock()
	value, ok := t.m[key]
	t.lock.Unlock()
	return value, ok
}

func (t *mutexMap) put(key string, value uint64) {
	t.lock.Lock()
	t.m[key] = value
	t.lock.Unlock()
}

type rwMap struct {
	lock sync.RWMutex
	m    map[string]uint64
}

func (t *rwMap) get(key string) (uint64, bool) {
	t.lock.RLock()
	value, ok := t.m[key]
	t.lock.RUnlock()
	return value, ok
}

func (t *rwMap) put(key string, value uint64) {
	t.lock.Lock()
	t.m[key] = value
	t.lock.Unlock()
}

type syncMap struct{ m sync.Map }

func (t *syncMap) get(key string) (uint64, bool) {
	value, ok := t.m.Load(key)
	if !ok {
		return 0, false
	}
	return value.(uint64), true
}

func (t *syncMap) put(key string, value uint64) { t.m.Store(key, value) }

const shards = 32

// Shards on cache lines of their own.
type shardMap struct {
	seed   maphash.Seed
	shards [shards]struct {
		rwMap
		_ [128]byte
	}
}

func newShardMap() *shardMap {
	t := &shardMap{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].m = map[string]uint64{}
	}
	return t
}

func (t *shardMap) of(key string) *rwMap {
	return &t.shards[maphash.String(t.seed, key)%shards].rwMap
}

func (t *shardMap) get(key string) (uint64, bool) { return t.of(key).get(key) }
func (t *shardMap) put(key string, value uint64)  { t.of(key).put(key, value) }

var sink atomic.Uint64

func step(state *uint64) uint64 {
	*state ^= *state << 13
	*state ^= *state >> 7
	*state ^= *state << 17
	return *state
}

func run(name string, t table, pool []string, goroutines int, length time.Duration) {
	for i, key := range pool {
		t.put(key, uint64(i))
	}
	var over atomic.Bool
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	calls := make([]uint64, goroutines)
	times := make([][]int64, goroutines)
	for g := range goroutines {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			state := 0x9E3779B97F4A7C15 * uint64(g+1)
			var seen uint64
			call := func() {
				bits := step(&state)
				key := pool[(bits>>32)%keys]
				if bits%100 < reads {
					value, _ := t.get(key)
					seen += value
				} else {
					// Rust's maps own their keys; a Go string is shared, and a copy would not be Go.
					t.put(key, bits)
				}
			}
			call()
			took := make([]int64, 0, 1<<10)
			var called uint64
			ready.Done()
			<-start
			for !over.Load() {
				for range timed - 1 {
					call()
				}
				before := time.Now()
				call()
				took = append(took, time.Since(before).Nanoseconds())
				called += timed
			}
			calls[g], times[g] = called, took
			sink.Add(seen)
		}()
	}
	ready.Wait()
	from := time.Now()
	close(start)
	time.Sleep(length)
	over.Store(true)
	took := time.Since(from)
	done.Wait()
	var sum uint64
	var all []int64
	for g := range goroutines {
		sum += calls[g]
		all = append(all, times[g]...)
	}
	slices.Sort(all)
	at := func(thousandths int) int64 { return all[len(all)*thousandths/1000] }
	rate := float64(sum) / took.Seconds() / 1e6
	fmt.Printf("%s %.3f %d %d %d\n", strings.ReplaceAll(name, " ", "_"), rate, at(500), at(990), at(999))
}

func main() {
	goroutines, _ := strconv.Atoi(os.Args[1])
	milliseconds, _ := strconv.Atoi(os.Args[2])
	length := time.Duration(milliseconds) * time.Millisecond
	pool := make([]string, keys)
	for i := range pool {
		pool[i] = fmt.Sprintf("key number %d", i)
	}
	run("Go Mutex", &mutexMap{m: map[string]uint64{}}, pool, goroutines, length)
	runtime.GC()
	run("Go RWMutex", &rwMap{m: map[string]uint64{}}, pool, goroutines, length)
	runtime.GC()
	run("Go sync.Map", &syncMap{}, pool, goroutines, length)
	runtime.GC()
	run("Go 32 shards", newShardMap(), pool, goroutines, length)
}
