package deliver

import (
	"io"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// maxAnswer is how many bytes of an answer are read so that its connection can be used
// again.
const maxAnswer = 64 << 10

// request is a parcel on its way.
type request struct {
	lane     *lane
	parcel   *parcel
	settings *settings
	body     []byte
	probe    bool
	sent     time.Time
	took     time.Duration
	answer   answer
}

// send sends the request, and hands it back with its answer unless the worker has ended.
func (r *request) send(to *shared) {
	defer func() {
		if x := recover(); x != nil {
			to.say.fault(x)
			r.answer = answer{kind: faulty, trouble: "BUG: a request to it met a fault of the program; see the log"}
		}
		select {
		case to.answers <- r:
		case <-to.done:
		}
	}()
	r.answer = r.settings.exchange(&r.parcel.runs[0].work.item.Message, r.body)
	r.took = time.Since(r.sent)
}

// exchange posts a body and reads the answer's head.
func (s *settings) exchange(m *queue.Message, body []byte) answer {
	up, down := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(up)
	defer fasthttp.ReleaseResponse(down)
	s.address(up, m)
	up.SetBodyRaw(body)
	down.StreamBody = true // so that nothing but its head need be read
	if err := s.client.Events.DoTimeout(up, down, s.Timeout); err != nil {
		return unanswered(err)
	}
	a := answered(&down.Header, time.Now())
	if stream := down.BodyStream(); stream != nil {
		// What is left, or fails, costs the connection and nothing else.
		_, _ = io.CopyN(io.Discard, stream, maxAnswer)
		_ = down.CloseBodyStream()
	}
	return a
}

// address sets everything of a request but its body.
func (s *settings) address(up *fasthttp.Request, m *queue.Message) {
	h := &up.Header
	h.SetNoDefaultContentType(true)
	h.SetMethod(fasthttp.MethodPost)
	up.UseHostHeader = true
	up.SetRequestURI(s.client.Origin)
	up.URI().DisablePathNormalizing = true
	switch s.Format {
	case rules.AsReceived:
		up.URI().SetPath(s.client.Prefix + s.Path(m.Path))
		up.URI().SetQueryString(m.Query)
		for _, x := range m.Headers {
			h.Add(x.Name, x.Value)
		}
	case rules.PlainJSON:
		h.SetContentType("application/json")
	case rules.PlainLines:
		h.SetContentType("application/x-ndjson")
	}
	if s.Format != rules.AsReceived {
		up.URI().SetPathBytes(s.plain)
		up.URI().SetQueryStringBytes(s.query)
	}
	h.SetHost(s.client.Host)
	for _, x := range s.Headers {
		h.Del(x.Name)
		h.SetBytesV(x.Name, x.Value)
	}
	if s.via != "" {
		h.Set(fasthttp.HeaderVia, s.via)
	}
}
