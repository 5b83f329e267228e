"""Training of one or more heads on one frozen LLM: they share its forward pass, which is most of the work."""
import dataclasses
import json
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

import report
from data import choose_rows
from head import Head, HeadShape, gather_rows, grouped_scores, linear
from targets import AttentionTargets, captured, cross_entropy_sum, entropy_sum


@dataclasses.dataclass(frozen=True)
class HeadPlan:
    name: str
    shape: HeadShape
    target: str
    seed: int


@dataclasses.dataclass(frozen=True)
class RunPlan:
    length: int
    batch: int
    rows: int           # of each sequence, that the targets are compared at
    row_chunk: int      # rows whose probabilities are alive at a time
    steps: int          # 0: until `seconds`
    seconds: float
    rate: float
    sink: int
    recent: int
    seed: int
    save_every: float   # seconds
    report_every: int   # steps


WARMUP, CLIP = 50, 1.0


class Student:
    """A head, its optimizer, and how far it is."""

    def __init__(self, plan, llm, device, rate):
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.head = Head(llm, plan.shape, plan.target == "next-token", device.startswith("cuda")).to(device)
        self.optimizer = torch.optim.AdamW(self.head.parameters(), lr=rate, betas=(.9, .95), weight_decay=0., fused=device.startswith("cuda"))

    def parameters(self):
        return sum(value.numel() for value in self.head.retrieval_weights().values())

    def update(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(self.head.parameters(), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


class Trainer:
    def __init__(self, llm, source, run, plans, folder, device):
        self.llm, self.source, self.run, self.device = llm, source, run, device
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.students = [Student(plan, llm.shape, device, run.rate) for plan in plans]
        self.layers = sorted({layer for plan in plans for layer in plan.shape.features})
        if self.layers and self.layers[-1] >= llm.layer_count:
            raise SystemExit(f"feature layer {self.layers[-1]}: the LLM's {llm.layer_count} layers are counted from 0")
        self.positions = torch.arange(run.length, device=device)
        self.step, self.spent, self.log = 0, 0.0, []

    # ---- state ---------------------------------------------------------------------------------------------------------
    def save(self):
        state = {"step": self.step, "spent": self.spent, "log": self.log,
                 "students": {s.plan.name: {"head": s.head.state_dict(), "optimizer": s.optimizer.state_dict()} for s in self.students}}
        torch.save(state, self.folder / "checkpoint.part")
        (self.folder / "checkpoint.part").rename(self.folder / "checkpoint.pt")  # a crash while writing leaves the one before

    def resume(self):
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        if set(state["students"]) != {s.plan.name for s in self.students}:
            raise SystemExit(f"{path} has heads {', '.join(state['students'])}: not those asked for")
        self.step, self.spent, self.log = state["step"], state["spent"], state["log"]
        for student in self.students:
            student.head.load_state_dict(state["students"][student.plan.name]["head"])
            student.optimizer.load_state_dict(state["students"][student.plan.name]["optimizer"])
        return True

    # ---- one step ------------------------------------------------------------------------------------------------------
    def rate(self):
        share = max(self.step / self.run.steps if self.run.steps else 0, self.spent / self.run.seconds if self.run.seconds else 0)
        return self.run.rate * min(1, (self.step + 1) / WARMUP) * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(1, share))))

    def done(self):
        return bool(self.run.steps and self.step >= self.run.steps) or bool(self.run.seconds and self.spent >= self.run.seconds)

    def features(self, student, outputs):
        layers = student.plan.shape.features
        return torch.cat([outputs[layer] for layer in layers], -1) if layers else None

    def learn_attention(self, student, embedded, features, rows, targets, measure):
        """Queries and keys are made once; rows are compared in chunks, whose gradients add up at q and k."""
        distribution, weight = targets.distribution(student.plan.target)
        q, k = student.head.queries_keys(embedded, features, self.positions)
        q, k = gather_rows(q, rows), k
        if student.head.half:
            q, k = q.to(torch.bfloat16), k.to(torch.bfloat16)
        q_leaf, k_leaf = q.detach().requires_grad_(), k.detach().requires_grad_()
        total, loss, floor, shares = weight.sum().clamp(min=1e-6), 0.0, 0.0, {64: [], 256: []}
        for begin in range(0, rows.shape[1], self.run.row_chunk):
            part = slice(begin, begin + self.run.row_chunk)
            scores = grouped_scores(q_leaf[:, part], k_leaf)
            far, goal, strength = targets.far[:, part], distribution[:, :, part], weight[:, :, part]
            piece = cross_entropy_sum(scores, far, goal, strength) / total
            piece.backward()
            loss = loss + piece.detach()
            if measure:
                floor = floor + entropy_sum(goal, strength) / total
                for budget, values in shares.items():
                    values.append(captured(scores.detach(), far, targets.mass()[:, :, part], budget))
        torch.autograd.backward([q, k], [q_leaf.grad, k_leaf.grad])
        if not measure:
            return None
        return {"divergence": round((loss - floor).item(), 4), **{f"captured_{b}": round(float(np.mean(v)), 4) for b, v in shares.items()}}

    def learn_next_token(self, student, embedded, features, rows, hidden, row_weights, measure):
        """The whole layer is taught the LLM's next-token distribution at |rows|; what finds the token that tells it is what is kept."""
        at = rows[:, :, None]
        goal = hidden.gather(1, at.expand(-1, -1, hidden.shape[-1]))
        mine = student.head.hidden(embedded, features, self.positions, rows)
        mine_leaf, weight = mine.detach().requires_grad_(), self.llm.lm_head.weight
        loss, total = 0.0, row_weights.sum()
        for begin in range(0, rows.shape[1], self.run.row_chunk):
            part = slice(begin, begin + self.run.row_chunk)
            with torch.no_grad():
                wanted = linear(goal[:, part], weight, student.head.half).float().log_softmax(-1)
            given = linear(mine_leaf[:, part], weight, student.head.half).float().log_softmax(-1)
            piece = (F.kl_div(given, wanted, log_target=True, reduction="none").sum(-1) * row_weights[:, part]).sum() / total
            piece.backward()
            loss = loss + piece.detach()
        mine.backward(mine_leaf.grad)
        return {"divergence": round(loss.item(), 4)} if measure else None

    def advance(self, rng, measure):
        tokens, row_weights = self.source.batch(self.step, self.run.batch)
        rows = choose_rows(rng, row_weights[:, :self.run.length], self.run.rows, min(2 * self.run.recent + self.run.sink, self.run.length // 2))
        tokens = torch.from_numpy(np.ascontiguousarray(tokens[:, :self.run.length])).to(self.device)
        picked = torch.from_numpy(np.take_along_axis(np.asarray(row_weights), rows, 1)).to(self.device).float()
        rows = torch.from_numpy(rows).to(self.device)
        targets = AttentionTargets(None, rows, self.run.length, self.run.sink, self.run.recent)
        outputs, hidden = self.llm.observe(tokens, self.layers, targets)
        embedded, rate, measured = self.llm.embed(tokens), self.rate(), {}
        for student in self.students:
            features = self.features(student, outputs)
            if student.plan.target == "next-token":
                result = self.learn_next_token(student, embedded, features, rows, hidden, picked + .25, measure)
            else:
                result = self.learn_attention(student, embedded, features, rows, targets, measure)
            student.update(rate)
            if result:
                measured[student.plan.name] = result
        self.step += 1
        return measured

    # ---- the run -------------------------------------------------------------------------------------------------------
    def train(self):
        clock = saved = printed = time.monotonic()
        since = self.step
        while not self.done():
            measure = self.step % self.run.report_every == 0
            rng = np.random.default_rng((self.run.seed, self.step))  # of the step, so that a resumed run draws the rows that an uninterrupted one does
            measured = self.advance(rng, measure)
            if measure and self.device.startswith("cuda"):
                torch.cuda.synchronize()
            now = time.monotonic()
            if self.step - since == 1 and since == 0:
                clock = now  # loading kernels is not training
            self.spent, clock = self.spent + now - clock, now
            if measure:
                speed = (self.step - since) * self.run.batch * self.run.length / max(now - printed, 1e-9)
                since, printed = self.step, now
                self.log.append({"step": self.step, "seconds": round(self.spent, 1), "tokens_per_s": round(speed), "heads": measured})
                text = "  ".join(f"{name} {v['divergence']:.3f}" + (f" {v['captured_64']:.3f}" if "captured_64" in v else "")
                                 for name, v in measured.items())
                share = self.step / self.run.steps if self.run.steps else self.spent / self.run.seconds
                print(f"step {self.step}  {100 * share:.0f}%  {self.spent:.0f} s  {speed:.0f} tokens/s  {text}", flush=True)
            if now - saved > self.run.save_every:
                saved = now
                self.save()
        self.save()
        self.report()

    def peak_memory(self):
        return torch.cuda.max_memory_allocated() if self.device.startswith("cuda") else 0

    def report(self):
        heads = {s.plan.name: {"target": s.plan.target, "seed": s.plan.seed, "parameters": s.parameters(),
                               **dataclasses.asdict(s.plan.shape)} for s in self.students}
        summary = {"run": dataclasses.asdict(self.run), "heads": heads, "steps": self.step, "seconds": round(self.spent, 1),
                   "tokens_per_s": round(self.step * self.run.batch * self.run.length / max(self.spent, 1e-9)),
                   "peak_device_bytes": self.peak_memory(), "torch": torch.__version__,
                   "device": torch.cuda.get_device_name() if self.device.startswith("cuda") else "cpu"}
        report.write(self.folder, summary, self.log)
        print(json.dumps({key: summary[key] for key in ("steps", "seconds", "tokens_per_s", "peak_device_bytes")}))
