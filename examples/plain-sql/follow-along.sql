-- Following along without a WebSocket: ask, keep `cursor` and `epoch`, ask again with them. Rows may come twice, never not at
-- all; drop those whose `rev` is not above the one you have. With `reset` the rows replace everything you hold.

SELECT sync_status_changes();

-- The next time, with what the last answer said:
--   SELECT sync_status_changes('4711', '6c9e1c5e-6d47-4bd1-9a64-0f6f2d5c8f35');
-- In between, LISTEN sync_status tells when it is worth asking. It is a hint and may be lost: ask now and then anyway.
LISTEN sync_status;
