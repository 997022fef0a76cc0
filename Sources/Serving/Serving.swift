// Serving: requests come in over HTTP, a `Backend` is asked, answers go out.
//
// Transport knows bytes and deadlines, Wire knows OpenAI's shapes and is pure,
// Service joins the two and knows the rules of the house: who may call, how
// much, and what is written down. No tensor is known here.
