"""The web: API, event stream, feeds and pages over the read model. Imports no agent and no Faust."""
