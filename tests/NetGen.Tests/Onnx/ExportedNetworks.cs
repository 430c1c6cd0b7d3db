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

/// <summary>Batch normalization of vectors: folded into a dense layer, and on its own, also of what was an image.</summary>
[Network]
[Input(3, 4, 5)]
[Conv2D(4, 3)] [Flatten]
[BatchNorm2D(Epsilon = 1e-3)]
[Dense(9, Bias = false)] [BatchNorm2D] [ReLU]
[BatchNorm2D(Affine = false)] [Dense(7)] [Tanh] [BatchNorm2D]
public sealed partial class NormalizedVectors;

/// <summary>Layers whose kernels have sides of 1.</summary>
[Network]
[Input(2, 1, 12)]
[Conv2D(4, 1, 3)] [ReLU] [ConvTranspose2D(3, 1, 2, Stride = 1)] [DepthwiseConv2D(1, 3)] [Conv2D(5, 1)] [Flatten] [Dense(6)]
public sealed partial class FlatKernels;

/// <summary>Every layer over a sequence, with its arguments at unusual values.</summary>
[Network]
[Input(3, 40)]
[Conv1D(8, 5, Causal = true, Dilation = 2)] [BatchNorm1D] [ReLU]
[DepthwiseConv1D(4, Stride = 2, PaddingLeft = 3, PaddingRight = 1)]
[Conv1D(6, 3, Groups = 2, SamePadding = true, Bias = false)]
[MaxPool1D(3, Stride = 2, Padding = 1)]
[ConvTranspose1D(5, 4, Stride = 2, Padding = 1, OutputPadding = 1)]
[AvgPool1D(3, CeilMode = true, Padding = 1)]
[Concat("convtranspose1", Axis = ImageAxes.Width)]
[LayerNorm(Axes = ImageAxes.Channels)] [LayerNorm(Axes = ImageAxes.Channels, Affine = false, Epsilon = 1e-3)]
[Flatten] [Dense(6)] [LayerNorm(Axes = ImageAxes.Channels)] [Dense(5)]
public sealed partial class EverySequenceLayer;

/// <summary>Every activation, one after the other, between layers that spread the values again.</summary>
[Network]
[Input(5, 4, 4)]
[Conv2D(6, 1)] [ReLU6] [Conv2D(6, 1)] [LeakyReLU(0.2)] [Conv2D(6, 1)] [PReLU(PerChannel = true)] [Conv2D(6, 1)] [PReLU]
[Conv2D(6, 1)] [ELU(0.7)] [Conv2D(6, 1)] [SELU] [Conv2D(6, 1)] [Sigmoid] [Conv2D(6, 1)] [Tanh] [Conv2D(6, 1)] [SiLU]
[Conv2D(6, 1)] [HardSigmoid] [Conv2D(6, 1)] [HardSwish] [Conv2D(6, 1)] [GELU] [Conv2D(6, 1)] [GELU(Approximate = true)]
[Conv2D(6, 1)] [Mish] [Conv2D(6, 1)] [Softplus(Beta = 2, Threshold = 1)]
[Flatten] [PReLU(PerChannel = true)] [Dense(7)] [Softplus]
public sealed partial class EveryActivation;

/// <summary>The general layers that imported models are made of, with their arguments at unusual values.</summary>
[Network]
[Input(6, 9, 10)]
[Elementwise(ElementwiseOperator.Multiply, 6, 1, 1)] [Elementwise(ElementwiseOperator.Add, 1, 9, 10)]
[Elementwise(ElementwiseOperator.Subtract, 1, 1, 10, Reversed = true, Name = "base")]
[Pad2D(1, 2, 3, 0, Mode = PaddingMode.Edge)] [Pad2D(2, 1, 1, 2, Mode = PaddingMode.Reflect)] [Pad2D(1, 0, 0, 1, Mode = PaddingMode.Wrap)]
[Pad2D(1, 1, 0, 2, Front = 1, Back = 2, Value = -0.5)]
[StridedSlice(4, 5, 6, ChannelStart = 1, ChannelStep = 2, RowStart = 12, RowStep = -2, ColumnStart = 2)]
[Resize2D(7, 9, Mode = ResizeMode.Linear)] [Resize2D(11, 4, Mode = ResizeMode.Cubic)]
[Resize2D(5, 6, Mode = ResizeMode.Cubic, Coordinates = ResizeCoordinates.AlignCorners, CubicCoefficient = -0.5)]
[Resize2D(6, 8, Mode = ResizeMode.Linear, Coordinates = ResizeCoordinates.Crop, CropTop = 0.2, CropRight = 1.3, Value = 0.5)]
[Resize2D(8, 9, Coordinates = ResizeCoordinates.Asymmetric, Rounding = NearestRounding.Floor)] [Resize2D(5, 6, Rounding = NearestRounding.Ceil, Name = "resized")]
[Reduce(Reduction.Mean, ImageAxes.Height, Name = "columns")]
[Subtract("resized", "columns")] [Flatten(Name = "rest")]
[InstanceNorm2D(From = "base")] [InstanceNorm2D(Affine = true, Epsilon = 1e-3)] [GroupNorm(2)] [GroupNorm(3, Affine = false)]
[LayerNorm(Name = "normal")]
[Reduce(Reduction.Max, ImageAxes.Channels, Name = "peaks")]
[Maximum("normal", "peaks")] [Minimum("base")] [Permute(1, 2, 0)] [Permute(2, 1, 0)]
[Tile(2, 1, 3)] [MaxPool2D(3, 2, Stride = 1, Dilation = 2, PaddingTop = 1)] [Reshape(6, 14, 25)]
[Permute(new[] { 2, 3, 14, 25 }, new[] { 3, 1, 0, 2 })] [StridedSlice(70, ChannelStart = 3, ChannelStep = 4)] [LayerNorm]
[Elementwise(ElementwiseOperator.Maximum, 70)] [Tile(2)] [Reduce(Reduction.Sum, Name = "sum")]
[Reduce(Reduction.Product, ImageAxes.Width, From = "base", Name = "product")] [Reduce(Reduction.Min, ImageAxes.Height | ImageAxes.Channels)] [Flatten(Name = "least")]
[Dense(3, From = "sum", Name = "dense")]
[Concat("least", "dense", "rest")]
public sealed partial class EveryGeneralLayer;

/// <summary>Comparisons, and what their zeros and ones go into, of values that no rounding has touched.</summary>
[Network]
[Input(6, 4, 5)]
[ReLU(Name = "r")] [GlobalMaxPool2D(Name = "peak")] [Slice(2, 1, From = "input", Name = "one")]
[Greater("input", "one")] [Less("one", "r")] [GreaterOrEqual("r", "peak")] [LessOrEqual("peak", "input")] [Equal("r", "input")] [NotEqual("r", "one")]
[And("greater1", "notequal1", "equal1")] [Or("greater1", "peak")] [Xor("equal1", "less1")] [Not(From = "r")]
[Where("not1", "one", "input")] [Where("one", "peak", "r")]
[Compare(Comparison.Greater, 0.25, From = "input")] [Compare(Comparison.Less, 0.25, From = "input")] [Compare(Comparison.GreaterOrEqual, 0, From = "r")]
[Compare(Comparison.LessOrEqual, 0, From = "r")] [Compare(Comparison.Equal, 0, From = "r")] [Compare(Comparison.NotEqual, 0, From = "r")]
[Elementwise(ElementwiseOperator.Greater, 6, 1, 1, From = "input")] [Elementwise(ElementwiseOperator.LessOrEqual, 1, 4, 5, Reversed = true, From = "input")]
[Elementwise(ElementwiseOperator.NotEqual, 6, 4, 5, From = "input")] [Elementwise(ElementwiseOperator.Xor, 1, 1, 5, From = "r")]
[Concat(
    "and1", "or1", "xor1", "greaterorequal1", "lessorequal1", "where1", "where2", "compare1", "compare2", "compare3", "compare4", "compare5", "compare6",
    "elementwise1", "elementwise2", "elementwise3", "elementwise4")]
public sealed partial class EveryComparison;

/// <summary>The functions that imported models are made of.</summary>
[Network]
[Input(5, 4, 4)]
[Conv2D(6, 1)] [CELU(0.8)] [Conv2D(6, 1)] [Softsign] [Conv2D(6, 1)] [Threshold(0.1, -0.2)] [Conv2D(6, 1)] [Clip(-0.3, 0.4)]
[Conv2D(6, 1)] [Rescaling(1.5, -0.25)] [Conv2D(6, 1)] [Abs] [Sqrt] [Conv2D(6, 1)] [Square] [Conv2D(6, 1)] [Power(3)] [Conv2D(6, 1)] [Exp]
[Log] [Conv2D(6, 1)] [Erf] [Conv2D(6, 1)] [Exp] [Reciprocal] [Conv2D(6, 1)] [Rescaling(10, 0)] [Floor] [Conv2D(6, 1)] [Rescaling(10, 0)] [Ceiling]
[Conv2D(6, 1)] [Rescaling(10, 0)] [Round] [Conv2D(6, 1)] [Sign] [Identity] [Conv2D(6, 1, Name = "last")]
[Divide("last", "celu1")]
public sealed partial class EveryFunction;

/// <summary>Recurrent layers with each of their arguments.</summary>
[Network]
[Input(5, 1, 7)]
[GRU(6)] [GRU(7, ResetAfter = false, Bidirectional = true)] [LSTM(6, Layers = 2, Bidirectional = true)] [LSTM(9, Reverse = true, Bias = false)]
[RNN(8, Layers = 3)] [RNN(5, Nonlinearity = RecurrentFunction.ReLU, Bidirectional = true)] [GRU(11, ResetAfter = false, Bias = false, Reverse = true)]
public sealed partial class EveryRecurrentLayer;

/// <summary>Recurrent layers over one step, with the states before it.</summary>
[Network]
[Input(17)]
[Slice(0, 5, Name = "h")] [Slice(5, 5, From = "input", Name = "c")] [Slice(10, 7, From = "input", Name = "x")]
[GRU(5, InitialState = "h", From = "x")] [LSTM(5, InitialState = "h", InitialCell = "c", CellState = true)] [LSTM(5, InitialCell = "c", Name = "last")]
[RNN(5, InitialState = "c")] [Concat("lstm1", "last", "rnn1")]
public sealed partial class RecurrentStates;

/// <summary>What ONNX's operator does not give.</summary>
[Network]
[Input(2, 1, 3)]
[LSTM(4, CellState = true)]
public sealed partial class CellsOfSeveralSteps;

/// <summary>Attention of a map to itself and to another's pixels, causal, with a mask for all heads and with one for each.</summary>
[Network]
[Input(6, 6, 8)]
[Conv2D(12, 1, Name = "q")] [MaxPool2D(2, Name = "small")] [Conv2D(12, 1, Name = "k")] [Conv2D(9, 1, Name = "v", From = "small")]
[ScaledDotProductAttention("q", "q", "q", Heads = 4)]
[ScaledDotProductAttention("attention1", "k", "v", Heads = 3, Scale = 0.7, IsCausal = true)] [Flatten(Name = "cross")]
[Reshape(1, 12, 12, From = "small", Name = "one")]
[ScaledDotProductAttention("small", "small", "small", "one", Heads = 3, Name = "self")]
[Concat("one", "one", Name = "two")]
[ScaledDotProductAttention("self", "k", "small", "two", Heads = 2, Scale = -0.3)] [Flatten]
[Concat("cross")]
public sealed partial class EveryAttention;

/// <summary>Products of results, with a single channel on either side and on none, and rows for columns on either side and on both.</summary>
[Network]
[Input(6, 5, 7)]
[Slice(2, 1, Name = "one")]
[MatMul("input", "input", TransposeB = true, Name = "squares")]
[MatMul("squares", "input", Name = "pairs")]
[MatMul("one", "squares", TransposeA = true, TransposeB = true, Name = "turned")]
[MatMul("one", "input", TransposeA = true, Name = "last")]
[Flatten(From = "pairs", Name = "a")] [Flatten(From = "turned", Name = "b")]
[Flatten(From = "last", Name = "c")]
[Concat("a", "b", "c")]
public sealed partial class EveryProduct;

/// <summary>Learned tensors: channels beside others, a mask of attention, and the end of a vector.</summary>
[Network]
[Input(4, 3, 3)]
[Parameter(4, 3, 3, Name = "token")] [Concat("input", "token", Name = "all")]
[Parameter(2, 9, 9, Name = "bias")]
[ScaledDotProductAttention("all", "all", "all", "bias", Heads = 2)] [Flatten]
[Parameter(5, Name = "tail")] [Concat("flatten1", "tail")]
public sealed partial class EveryParameter;

/// <summary>Multi-head attention to itself, to another map, with values of a third of other channels, with a mask, and without biases.</summary>
[Network]
[Input(6, 2, 5)]
[MaxPool2D(2, Name = "small")]
[Conv2D(4, 1, Name = "wide")]
[Parameter(3, 10, 2, Name = "mask")]
[MultiheadAttention(2, From = "input", Name = "self")]
[MultiheadAttention(3, Key = "small", Mask = "mask", Name = "cross")]
[MultiheadAttention(1, Key = "small", Value = "wide", Bias = false, Name = "other")]
[MultiheadAttention(6, IsCausal = true)]
public sealed partial class EveryMultiheadAttention;

/// <summary>A layer of <see cref="SmallVisionTransformer"/>.</summary>
[Block]
[LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6)] [MultiheadAttention(3)] [Add(Block.Input, Name = "attended")]
[LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6)] [Conv2D(48, 1)] [GELU] [Conv2D(24, 1)] [Add("attended")]
public sealed class SmallEncoderLayer;

/// <summary>The zoo's vision transformer in small.</summary>
[Network]
[Input(3, 20, 15)]
[Parameter(1, 1, 24, Name = "class_token")] [Permute(2, 0, 1, Name = "class")]
[Conv2D(24, 5, Stride = 5, From = "input", Name = "conv_proj")] [Reshape(24, 1, 12, Name = "squares")]
[Concat("class", "squares", Axis = ImageAxes.Width, Name = "tokens")]
[Parameter(1, 13, 24, Name = "positions")] [Permute(2, 0, 1)]
[Add("tokens")]
[Use<SmallEncoderLayer>(Name = "layer0")] [Use<SmallEncoderLayer>(Name = "layer1")]
[StridedSlice(24, 1, 1)] [LayerNorm(Axes = ImageAxes.Channels, Epsilon = 1e-6)] [Flatten]
[Dense(10)]
public sealed partial class SmallVisionTransformer;
