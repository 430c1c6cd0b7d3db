namespace NetGen.Tests.Onnx;

/// <summary>Every kind of layer that is not an activation, with its arguments at unusual values.</summary>
[Network]
[Input(6, 19, 21)]
[Conv2D(12, 3, 5, StrideHeight = 2, PaddingTop = 2, PaddingLeft = 1, DilationWidth = 2, Groups = 3, Bias = false)]
[BatchNorm2D(Epsilon = 1e-3)] [ReLU(Name = "stem")]
[BatchNorm2D(Affine = false)]
[DepthwiseConv2D(3, Padding = 1, Multiplier = 2)]
[ConvTranspose2D(8, 3, Stride = 2, Padding = 1, OutputPadding = 1, Groups = 2, Name = "up")]
[MaxPool2D(3, Stride = 2, Padding = 1, CeilMode = true)]
[AvgPool2D(2, Stride = 3, Padding = 1, CeilMode = true, Name = "pooled")]
[AvgPool2D(2, Stride = 3, Padding = 1, CeilMode = true, CountIncludePad = false, From = "up")]
[AvgPool2D(3, Stride = 1, Padding = 1)]
[LocalResponseNorm(3, Alpha = 0.5, Beta = 0.6, K = 2)]
[ZeroPad2D(1, 0, 2, 0)] [Dropout]
[Upsample2D(2)] [Upsample2D(2, 3, Mode = UpsampleMode.Bilinear)] [Upsample2D(2, Mode = UpsampleMode.Bilinear, AlignCorners = true)]
[ChannelShuffle(4)] [PixelShuffle(2, Name = "shuffled")]
[Slice(1, 1)]
[Concat("shuffled")] [Softmax(Name = "soft")]
[GlobalMaxPool2D(Name = "peak")]
[Multiply("soft", "peak", Name = "gated")]
[LogSoftmax(From = "shuffled", Name = "logs")] [GlobalAvgPool2D(Name = "mean")]
[Conv2D(3, 1, From = "gated")] [GlobalAvgPool2D(Name = "means")]
[GlobalAvgPool2D(From = "pooled", Name = "early")]
[Concat("mean", "means", "early")]
[Flatten] [Dense(9, Bias = false)] [Dense(4)]
public sealed partial class EveryLayer;

/// <summary>Every activation, one after the other, between layers that spread the values again.</summary>
[Network]
[Input(5, 4, 4)]
[Conv2D(6, 1)] [ReLU6] [Conv2D(6, 1)] [LeakyReLU(0.2)] [Conv2D(6, 1)] [PReLU(PerChannel = true)] [Conv2D(6, 1)] [PReLU]
[Conv2D(6, 1)] [ELU(0.7)] [Conv2D(6, 1)] [SELU] [Conv2D(6, 1)] [Sigmoid] [Conv2D(6, 1)] [Tanh] [Conv2D(6, 1)] [SiLU]
[Conv2D(6, 1)] [HardSigmoid] [Conv2D(6, 1)] [HardSwish] [Conv2D(6, 1)] [GELU] [Conv2D(6, 1)] [GELU(Approximate = true)]
[Conv2D(6, 1)] [Mish] [Conv2D(6, 1)] [Softplus(Beta = 2, Threshold = 1)]
[Flatten] [PReLU(PerChannel = true)] [Dense(7)] [Softplus]
public sealed partial class EveryActivation;
