"""A plain LLaMA decoder without the layers of calls around it, for steps of few tokens.

One token through six small layers takes transformers several times as long as the arithmetic does. What is computed is the
same; a decoder that is anything but plain (adapters, biases, shared heads, half precision, another attention, compiled) goes
its own way.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import LlamaModel
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRMSNorm

from raw.model.row_cache import RowCache

TOGETHER = 320  # tokens that go through an MLP at once: what lies between its products then stays in the processor's cache


def is_plain(decoder: nn.Module) -> bool:
    """Whether ``LeanDecoder`` can stand for a decoder."""
    if type(decoder) is not LlamaModel or decoder.training or decoder._forward_hooks or decoder._forward_pre_hooks:
        return False
    config, leaves = decoder.config, [module for layer in decoder.layers for module in layer.modules() if not list(module.children())]
    weighted = [module for module in leaves if hasattr(module, "weight") and type(module) is not LlamaRMSNorm]
    return (
        config._attn_implementation == "sdpa"
        and config.hidden_act == "silu"
        and config.num_key_value_heads == config.num_attention_heads
        and decoder._compiled_call_impl is None
        and all(type(module) is nn.Linear and module.bias is None for module in weighted)
        and all(parameter.dtype == torch.float32 for parameter in decoder.parameters())
    )


class LeanDecoder:
    """Called as a decoder is, without gradients, for its ``last_hidden_state`` alone; keys and values go to a ``RowCache``."""

    def __init__(self, decoder: LlamaModel) -> None:
        self.rotary, self.norm, self.layers = decoder.rotary_emb, decoder.norm, [_Layer(layer) for layer in decoder.layers]

    def __call__(self, embedded: Tensor, positions: Tensor, mask: Tensor | None, cache: RowCache) -> Tensor:
        """(R, L, hidden), (R or 1, L), what is added to the scores -> (R, L, hidden)."""
        cosine, sine = (part[:, None] for part in self.rotary(embedded, position_ids=positions))
        half = sine.shape[-1] // 2
        sine = sine.clone()
        sine[..., :half].neg_()  # so that a turn is x * cosine + x with its halves exchanged * sine
        for place, layer in enumerate(self.layers):
            embedded = layer(embedded, cosine, sine, mask, cache, place)
        return _normed(embedded, self.norm.weight, self.norm.variance_epsilon)


class _Layer:
    def __init__(self, layer: LlamaDecoderLayer) -> None:
        attention, mlp = layer.self_attn, layer.mlp
        self.query, self.key, self.value, self.out = (
            linear.weight for linear in (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj)
        )
        self.gate, self.up, self.down = mlp.gate_proj.weight, mlp.up_proj.weight, mlp.down_proj.weight
        self.before, self.between = layer.input_layernorm.weight, layer.post_attention_layernorm.weight
        self.epsilon, self.width, self.scale = layer.input_layernorm.variance_epsilon, attention.head_dim, attention.scaling

    def __call__(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None, cache: RowCache, place: int) -> Tensor:
        normed, causal = _normed(x, self.before, self.epsilon), mask is None and x.shape[1] > 1
        shape = (*x.shape[:2], -1, self.width)
        query, key, value = (F.linear(normed, weight).view(shape).transpose(1, 2) for weight in (self.query, self.key, self.value))
        keys, values = cache.update(_turned(key, cosine, sine), value, place)
        seen = F.scaled_dot_product_attention(
            _turned(query, cosine, sine), keys, values, attn_mask=mask, is_causal=causal, scale=self.scale
        )
        x = F.linear(seen.transpose(1, 2).flatten(2), self.out).add_(x)
        for part in x.split(max(1, TOGETHER // x.shape[1])):
            normed = _normed(part, self.between, self.epsilon)
            gated = F.silu(F.linear(normed, self.gate), inplace=True).mul_(F.linear(normed, self.up))
            part.add_(F.linear(gated, self.down))
        return x


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    return (x * cosine).addcmul_(x.roll(x.shape[-1] // 2, -1), sine)


def _normed(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """RMSNorm over the last axis, in fewer passes than torch's own on a CPU."""
    length = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return (x * length.square_().div_(x.shape[-1]).add_(epsilon).rsqrt_()).mul_(weight)
