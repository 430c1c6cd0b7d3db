using NetGen;

namespace Zoo;

/// <summary>
/// A layer of an encoder: attention among all tokens, then two dense layers on each, both after a normalization and with what came in added.
/// A token is a pixel, and its features are the pixel's channels; so a dense layer on each token is a 1×1 convolution.
/// </summary>
[Block]
[LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6, Name = "ln_1")] [MultiheadAttention(12, Name = "self_attention")] [Add(Block.Input, Name = "attended")]
[LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6, Name = "ln_2")] [Conv2D(3072, 1, Name = "mlp.0")] [GELU] [Conv2D(768, 1, Name = "mlp.3")] [Add("attended")]
public sealed class EncoderLayer;

/// <summary>
/// The vision transformer ViT-B/16 (Dosovitskiy and others, 2020), in the names of torchvision's state dict: a picture's 196 squares of 16×16
/// pixels are tokens, and one more, which is learned, gathers what the class is told from.
/// </summary>
[Network]
[Input(3, 224, 224)]
[Parameter(1, 1, 768, Name = "class_token")] [Permute(2, 0, 1, Name = "class")]
[Conv2D(768, 16, Stride = 16, From = "input", Name = "conv_proj")] [Reshape(768, 1, 196, Name = "squares")]
[Concat("class", "squares", Axis = ImageAxes.Width, Name = "tokens")]
[Parameter(1, 197, 768, Name = "encoder.pos_embedding")] [Permute(2, 0, 1)]
[Add("tokens")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_0")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_1")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_2")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_3")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_4")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_5")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_6")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_7")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_8")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_9")]
[Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_10")] [Use<EncoderLayer>(Name = "encoder.layers.encoder_layer_11")]
[StridedSlice(768, 1, 1)]
[LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6, Name = "encoder.ln")] [Flatten]
[Dense(1000, Name = "heads.head")]
public sealed partial class VisionTransformer;
