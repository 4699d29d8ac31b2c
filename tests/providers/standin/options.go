package main

import (
	"math"
	"math/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// What the query of a request asks for; or, of clients that keep no query, a part of the path: /with/QUERY/v1/...
//
//	case      whose counts the request belongs to
//	times     so many requests of the case fail as asked, and those after them do not; default: all
//	latency   before the answer, such as 10ms; with sigma and seed, the median of a log-normal distribution; with most,
//	          the least of a uniform one
//	status    of the answer; with error_type and error_code in its body
//	header    "Name: value", any number of them; retry_after_date=3s is a Retry-After that long from now
//	rate      requests a second that the case is permitted, with a burst of burst; others get a 429
//	body      the body, whatever it is
//	stamps    the body says when the request came and when it was answered, in microseconds since 1970
//	content   what the model says; refusal, finish, size (of a content of so many letters) and model likewise
//	cut       the connection ends after so many bytes of the body
//	silent    there is no answer until the client goes away
//	gzip      the body is compressed
//
// and of a streamed answer:
//
//	first     how long the first part takes
//	cut, stall, error   after so many parts the connection ends, or is silent, or an error comes
//	done=0, usage=0     no [DONE], no usage
//	crlf      lines end in CRLF
type options struct {
	url.Values
}

func optionsOf(request *http.Request) options {
	if path := request.URL.EscapedPath(); strings.HasPrefix(path, "/with/") {
		part, _, _ := strings.Cut(strings.TrimPrefix(path, "/with/"), "/")
		if query, err := url.PathUnescape(part); err == nil {
			values, _ := url.ParseQuery(query)
			return options{values}
		}
	}
	return options{request.URL.Query()}
}

func (o options) duration(name string) time.Duration {
	value, _ := time.ParseDuration(o.Get(name))
	return value
}

func (o options) number(name string, otherwise int) int {
	value, err := strconv.Atoi(o.Get(name))
	if err != nil {
		return otherwise
	}
	return value
}

func (o options) real(name string) float64 {
	value, _ := strconv.ParseFloat(o.Get(name), 64)
	return value
}

func (o options) text(name, otherwise string) string {
	if o.Has(name) {
		return o.Get(name)
	}
	return otherwise
}

// The parts behind the point of its multiples are spread evenly, however many are taken.
const goldenRatio = 1.6180339887498949

// Of the request of the case with this number.
func (o options) latency(number int) time.Duration {
	median := o.duration("latency")
	if most := o.duration("most"); most > median {
		_, share := math.Modf(float64(number) * goldenRatio)
		return median + time.Duration(share*float64(most-median))
	}
	if !o.Has("sigma") {
		return median
	}
	source := rand.New(rand.NewSource(int64(o.number("seed", 1)) + int64(number)))
	return time.Duration(float64(median) * math.Exp(source.NormFloat64()*o.real("sigma")))
}

// Waits, but no longer than the client does.
func wait(request *http.Request, duration time.Duration) {
	if duration <= 0 {
		return
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-request.Context().Done():
	}
}
