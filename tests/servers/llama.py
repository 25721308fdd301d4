"""llama.cpp's own server with a tiny model of random weights: `python llama.py MODEL PORT` makes the one, runs the other.

The model knows single bytes and a few letters; it talks nonsense, which a schema holds to the labels.
"""

from __future__ import annotations

import sys
import time

import gguf
import numpy as np

CONTEXT, WIDTH, HEADS, LAYERS, HIDDEN = 8192, 32, 2, 1, 64
PIECES = [" ", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *"abcdefghijklmnopqrstuvwxyz", *'{}":,.-']
TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def write_model(path, random_state=0):
    """A model of one layer whose tokenizer is SentencePiece's of bytes and `PIECES`."""
    rng = np.random.default_rng(random_state)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    kind = gguf.TokenType
    special = [("<unk>", kind.UNKNOWN), ("<s>", kind.CONTROL), ("</s>", kind.CONTROL)]
    tokens = [
        *special,
        *((f"<0x{byte:02X}>", kind.BYTE) for byte in range(256)),
        *((piece.replace(" ", "▁"), kind.NORMAL) for piece in PIECES),
    ]
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token for token, _ in tokens])
    writer.add_token_scores([0.0 if each != kind.NORMAL else -1.0 for _, each in tokens])
    writer.add_token_types([each for _, each in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)

    def weight(*shape):
        return rng.normal(scale=0.3, size=shape).astype(np.float32)

    tensors = {"token_embd": weight(len(tokens), WIDTH), "output": weight(len(tokens), WIDTH)}
    tensors["output"][: len(special) + 256] = 0  # bytes are never the likeliest: half a character has no text
    tensors["output_norm"] = np.ones(WIDTH, dtype=np.float32)
    for layer in range(LAYERS):
        norms = {f"blk.{layer}.{name}": np.ones(WIDTH, dtype=np.float32) for name in ("attn_norm", "ffn_norm")}
        square = {f"blk.{layer}.attn_{name}": weight(WIDTH, WIDTH) for name in ("q", "k", "v", "output")}
        up = {f"blk.{layer}.ffn_{name}": weight(HIDDEN, WIDTH) for name in ("gate", "up")}
        tensors |= norms | square | up | {f"blk.{layer}.ffn_down": weight(WIDTH, HIDDEN)}
    for name, values in tensors.items():
        writer.add_tensor(f"{name}.weight", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def serve(path, port):
    """Run the server until this process is ended."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.model_alias = ["tiny-random"]
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.n_gpu_layers = 0
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    print("listening at", server.listening_address, flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    write_model(sys.argv[1])
    serve(sys.argv[1], int(sys.argv[2]))
