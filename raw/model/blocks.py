"""Programs of a batch, block by block: what the grammar forces goes through the decoder in one step.

A block starts with a choice, or with a value that was just read, and goes on up to the next choice. Where values are fed
back it ends before the next value, which is read from the state in front of it. Else it runs through all values; they
are read when all is written.

Every program steps at its own place, and one that has ended leaves the batch.
"""

from __future__ import annotations

import time

import torch
from torch import Tensor

from raw.model.automaton import Automaton
from raw.model.choosing import Decoding, Scores, choose
from raw.model.drafts import Draft, Kept
from raw.model.lean import LeanDecoder, is_plain
from raw.model.pieces import TEXT
from raw.model.reading import Reading, fed_back, read
from raw.model.row_cache import RowCache
from raw.model.scatter import Scatter
from raw.model.scene_model import SceneModel
from raw.model.vocabulary import Token

Block = list[Token]


class Batch:
    """``drafts`` and, once ``finish`` has returned, their values ``kept``."""

    def __init__(self, model: SceneModel, patches: Tensor, decoding: Decoding, *, copies: int = 1) -> None:
        """``copies`` drafts, beside each other, for each row of patches (B, N, C), which are looked at once."""
        self.model, self.decoding, self.begun = model, decoding, time.perf_counter()
        self.drafts = [self._draft(index) for index in range(len(patches) * copies)]
        self.kept: list[Kept] = []
        self._feedback, self._scores = model.config.feedback, Scores(model.piece_head)
        self._scatter = Scatter(model, copies, decoding.generator) if decoding.scatter and decoding.generator else None
        self._unread: list[tuple[list[tuple[int, int]], list[Token], Tensor, list[float]]] = []  # places, tokens, states before, quantiles
        self._lean = LeanDecoder(model.decoder) if is_plain(model.decoder) else None
        self._cache = RowCache(model.decoder.config.num_hidden_layers)
        self._running = list(self.drafts)
        self._states = self._start(patches.to(model.device), copies)
        self._drop_ended()

    def finish(self) -> None:
        """Write all drafts to their ends."""
        while self._running:
            self._step()
        if self._unread:
            places, tokens, states, quantiles = zip(*self._unread, strict=True)
            self._read(torch.cat(states), sum(tokens, []), sum(places, []), sum(quantiles, []))
            for draft in self.drafts:
                draft.seconds = self._elapsed()

    def _draft(self, index: int) -> Draft:
        decoding, vocabulary = self.decoding, self.model.vocabulary
        automaton = Automaton(vocabulary, decoding.max_objects, ordered=decoding.scene_order == "grammar")
        return Draft(index, automaton, [Token(vocabulary.bos_id)])

    def _elapsed(self) -> float:
        return time.perf_counter() - self.begun

    def _start(self, patches: Tensor, copies: int) -> Tensor:
        """Patches, bos and what must follow it -> the states (R, hidden) behind them."""
        bos = Token(self.model.vocabulary.bos_id)
        blocks = [self._continued(draft, bos) for draft in self._running]
        prefix, some = self.model.embed_patches(patches), blocks[::copies]
        pieces = fed_back(self.model, some, [])
        embedded = torch.cat([prefix.to(pieces.dtype), pieces], dim=1)
        hidden = self._decoded(embedded, [0] * len(some))
        if copies > 1:
            hidden = hidden.repeat_interleave(copies, dim=0)
            self._cache.repeat(copies)
        for draft in self._running:
            draft.length = embedded.shape[1]
        hidden = hidden[:, prefix.shape[1] :]
        self._note_unread(blocks, hidden, hidden[:, 0])  # nothing is read at bos itself
        return hidden[:, -1]

    def _step(self) -> None:
        """The next block of every running draft."""
        self._close_late()
        chosen = self._choose()
        starts = [len(draft.tokens) for draft in self._running]
        readings: list[Reading] = []
        if self._feedback and any(token.kind != TEXT for token in chosen):
            places = [(draft.index, start) for draft, start in zip(self._running, starts, strict=True)]
            readings = self._read(self._states, chosen, places, self._quantiles(self._running, chosen))
        for draft, token in zip(self._running, chosen, strict=True):
            draft.tokens.append(token)
        blocks = [self._continued(draft, token) for draft, token in zip(self._running, chosen, strict=True)]
        if self._useful(blocks):
            self._states = self._forward(blocks, readings)
        self._drop_ended()

    def _close_late(self) -> None:
        """Begin no more objects in drafts that have reached a limit."""
        late = self.decoding.max_seconds is not None and self._elapsed() >= self.decoding.max_seconds
        for draft in self._running:
            long = self.decoding.max_tokens is not None and len(draft.tokens) > self.decoding.max_tokens
            if (late or long) and not draft.stopped:
                draft.stopped = "time" if late else "tokens"
                draft.automaton.close()

    def _choose(self) -> list[Token]:
        """The next token of every running draft; it costs something where it is not forced."""
        forced = [draft.automaton.forced() for draft in self._running]
        free = [row for row, token in enumerate(forced) if token is None]
        if not free:
            return [draft.automaton.take(token.id) for draft, token in zip(self._running, forced, strict=True) if token]
        options = [self._running[row].automaton.allowed() for row in free]
        states = self._states if len(free) == len(forced) else self._states[free]
        for row, allowed, some in zip(free, options, self._scores(states, options), strict=True):
            draft, end = self._running[row], self.model.vocabulary.eos_id
            place, draft.alive = choose(some, allowed.index(end) if end in allowed else None, draft.alive, self.decoding)
            draft.pay(allowed[place], float(some[place]))
            forced[row] = Token(allowed[place])
        return [draft.automaton.take(token.id) for draft, token in zip(self._running, forced, strict=True) if token]

    def _continued(self, draft: Draft, token: Token) -> Block:
        """A token and what is forced behind it, which the draft takes."""
        draft.statement = draft.automaton.statement
        following = draft.automaton.run(through_values=not self._feedback)
        draft.tokens += following
        return [token, *following]

    def _useful(self, blocks: list[Block]) -> bool:
        """Whether something is still to be said after these blocks, or to be read within them."""
        if not all(draft.automaton.done for draft in self._running):
            return True
        return not self._feedback and any(token.kind != TEXT for block in blocks for token in block)

    def _forward(self, blocks: list[Block], readings: list[Reading]) -> Tensor:
        """Append blocks of any lengths, the shorter ones padded -> the states (R, hidden) behind each."""
        lengths = [len(block) for block in blocks]
        longest, pad = max(lengths), Token(self.model.vocabulary.pad_id)
        padded = [block + [pad] * (longest - len(block)) for block in blocks]
        hidden = self._decoded(fed_back(self.model, padded, readings), [draft.length for draft in self._running])
        for draft, length in zip(self._running, lengths, strict=True):
            draft.length += length
        self._note_unread(blocks, hidden, self._states)
        if min(lengths) == longest:
            return hidden[:, -1]
        return hidden[torch.arange(len(blocks)), torch.tensor(lengths) - 1]

    def _decoded(self, embedded: Tensor, lengths: list[int]) -> Tensor:
        positions, mask = self._cache.place(lengths, embedded.shape[1], embedded.device, embedded.dtype)
        if self._lean is not None:
            return self._lean(embedded, positions, mask, self._cache)
        output = self.model.decoder(
            inputs_embeds=embedded, attention_mask=mask, position_ids=positions, past_key_values=self._cache, use_cache=True
        )
        return output.last_hidden_state

    def _note_unread(self, blocks: list[Block], hidden: Tensor, before: Tensor) -> None:
        """Keep the states before the values of blocks; ``before`` (R, hidden) are those before the blocks."""
        if self._feedback:
            return
        found = [(row, t) for row, block in enumerate(blocks) for t, token in enumerate(block) if token.kind != TEXT]
        if found:
            rows, times = (torch.tensor(column, device=hidden.device) for column in zip(*found, strict=True))
            states = torch.cat([before[:, None], hidden], dim=1)[rows, times]
            starts = [len(draft.tokens) - len(block) for draft, block in zip(self._running, blocks, strict=True)]
            places = [(self._running[row].index, starts[row] + t) for row, t in found]
            tokens = [blocks[row][t] for row, t in found]
            self._unread.append((places, tokens, states, self._quantiles([self._running[row] for row, _ in found], tokens)))

    def _quantiles(self, drafts: list[Draft], tokens: list[Token]) -> list[float]:
        """Of tokens of drafts' present statements; none where nothing is drawn."""
        return self._scatter.quantiles(drafts, tokens) if self._scatter else []

    def _read(self, states: Tensor, tokens: list[Token], places: list[tuple[int, int]], quantiles: list[float]) -> list[Reading]:
        readings = read(self.model, states, tokens, quantiles or None)
        self.kept += [Kept([places[row] for row in reading.rows], reading) for reading in readings]
        return readings

    def _drop_ended(self) -> None:
        """The last running draft takes the place of one that has ended."""
        rows = list(range(len(self._running)))
        for row in reversed(rows.copy()):
            draft, last = self._running[row], self._running[-1]
            if not draft.automaton.done:
                continue
            draft.stopped, draft.seconds = draft.stopped or "objects", self._elapsed()
            if draft is not last:
                self._cache.move(len(self._running) - 1, row)
                self._running[row], rows[row] = last, rows[len(self._running) - 1]
            self._running.pop()
        if len(self._running) < len(rows):
            self._states = self._states[rows[: len(self._running)]]
