// A model behind HTTP that knows how often and when it was asked for each event: what a test of killed processes needs to
// say which requests were repeated, and because of which kill; and a test of outages, how it was asked afterwards. The
// model is on one free port of 127.0.0.1, and what it counted on another, so that it can be gone. It prints the two, and
// ends when its standard input does.
//
//	POST /         {"id": .., "amount": ..} is answered {"score": ..}, after LEAST to MOST milliseconds
//
// and on the other port
//
//	POST /next     what was asked so far belongs to one period, and what follows to the next
//	POST /serve    the model answers, as it does at first; /fail: with 503; /refuse: nobody listens there
//	GET /counts    counts, as JSON
//	GET /arrivals  when requests came, in milliseconds: those that it took, those that it answered with 503, and now
package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

type counts struct {
	Requests  int      `json:"requests"`
	Events    int      `json:"events"` // that were asked for at least once
	Answered  int      `json:"answered"`
	Gone      int      `json:"gone"` // requests whose client went away
	InFlight  int      `json:"in_flight"`
	Peak      int      `json:"peak"`
	PerSecond int      `json:"per_second"` // answers of the last second
	Repeated  []int    `json:"repeated"`   // by period: of its requests, those that were made again later
	Again     []string `json:"again"`      // of the last period, the first events of which that is true
}

type model struct {
	least, most time.Duration
	door        *door

	mutex    sync.Mutex
	failing  bool
	arrivals arrivals
	counts   counts
	asked    map[string]int // the period in which the event was asked for last
	answered []time.Time    // of the last second
}

type question struct {
	ID     string  `json:"id"`
	Amount float64 `json:"amount"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: provider LEAST_MS MOST_MS")
		os.Exit(1)
	}
	asked := &model{least: milliseconds(os.Args[1]), most: milliseconds(os.Args[2]), asked: map[string]int{}}
	asked.counts.Repeated = []int{0}
	asked.counts.Again = []string{}
	asked.arrivals = arrivals{Taken: []int64{}, Failed: []int64{}}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		asked.door, err = openDoor(http.HandlerFunc(asked.answer))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/next", asked.next)
	mux.HandleFunc("/counts", asked.tell)
	mux.HandleFunc("/arrivals", asked.tellArrivals)
	mux.HandleFunc("/serve", asked.serve)
	mux.HandleFunc("/fail", asked.fail)
	mux.HandleFunc("/refuse", asked.refuse)
	go func() { _ = newServer(mux).Serve(control) }()
	fmt.Println(asked.door.port, control.Addr().(*net.TCPAddr).Port)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func milliseconds(text string) time.Duration {
	value, _ := strconv.Atoi(text)
	return time.Duration(value) * time.Millisecond
}

func (m *model) answer(writer http.ResponseWriter, request *http.Request) {
	var asked question
	if err := json.NewDecoder(request.Body).Decode(&asked); err != nil || asked.ID == "" {
		http.Error(writer, "{}", http.StatusBadRequest)
		return
	}
	if !m.enter(asked.ID) {
		http.Error(writer, "{}", http.StatusServiceUnavailable)
		return
	}
	select {
	case <-time.After(m.latency(asked.ID)):
	case <-request.Context().Done():
	}
	m.leave(request.Context().Err() != nil)
	// Some answers are none: a score above 1 breaks the pipeline's rule.
	score := math.Mod(math.Round(asked.Amount*100), 103) / 100
	_ = json.NewEncoder(writer).Encode(map[string]float64{"score": score})
}

// The same for the same event, so that a run can be repeated.
func (m *model) latency(id string) time.Duration {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id))
	share := float64(hash.Sum32()) / math.MaxUint32
	return m.least + time.Duration(share*float64(m.most-m.least))
}

// Whether the request is taken.
func (m *model) enter(id string) bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.failing {
		m.arrivals.Failed = append(m.arrivals.Failed, sinceStart())
		return false
	}
	m.arrivals.Taken = append(m.arrivals.Taken, sinceStart())
	if period, again := m.asked[id]; again {
		m.counts.Repeated[period]++
		if period == len(m.counts.Repeated)-1 && len(m.counts.Again) < 10 {
			m.counts.Again = append(m.counts.Again, id)
		}
	}
	m.asked[id] = len(m.counts.Repeated) - 1
	m.counts.Requests++
	m.counts.InFlight++
	if m.counts.InFlight > m.counts.Peak {
		m.counts.Peak = m.counts.InFlight
	}
	return true
}

func (m *model) leave(gone bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.counts.InFlight--
	if gone {
		m.counts.Gone++
		return
	}
	m.counts.Answered++
	m.answered = append(m.forget(), time.Now())
}

// The answers of the last second; older ones are forgotten.
func (m *model) forget() []time.Time {
	old := 0
	for old < len(m.answered) && time.Since(m.answered[old]) > time.Second {
		old++
	}
	m.answered = m.answered[old:]
	return m.answered
}

func (m *model) next(writer http.ResponseWriter, _ *http.Request) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.counts.Repeated = append(m.counts.Repeated, 0)
	m.counts.Again = []string{}
	m.write(writer)
}

func (m *model) tell(writer http.ResponseWriter, _ *http.Request) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.write(writer)
}

func (m *model) write(writer http.ResponseWriter) {
	m.counts.Events = len(m.asked)
	m.counts.PerSecond = len(m.forget())
	_ = json.NewEncoder(writer).Encode(m.counts)
}
