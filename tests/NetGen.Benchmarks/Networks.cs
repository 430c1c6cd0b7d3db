using NetGen;
using Zoo;

namespace NetGen.Benchmarks;

/// <summary>LeNet-5.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(6, 5, Padding = 2)] [ReLU] [MaxPool2D(2)]
[Conv2D(16, 5)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(120)] [ReLU]
[Dense(84)] [ReLU]
[Dense(10)]
public sealed partial class LeNet;

/// <summary>A multi-layer perceptron that fits the first-level cache.</summary>
[Network]
[Input(28)]
[Dense(32)] [ReLU]
[Dense(32)] [ReLU]
[Dense(10)]
public sealed partial class SmallMlp;

/// <summary>A multi-layer perceptron on 28×28 images.</summary>
[Network]
[Input(784)]
[Dense(128)] [ReLU]
[Dense(10)]
public sealed partial class Mlp;

/// <summary>One convolution and one dense layer.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(8, 3)] [ReLU] [MaxPool2D(2)]
[Flatten]
[Dense(10)]
public sealed partial class OneConvolution;

/// <summary>The same with a mean over the map before the dense layer.</summary>
[Network]
[Input(1, 28, 28)]
[Conv2D(8, 3)] [ReLU] [GlobalAvgPool2D]
[Flatten]
[Dense(10)]
public sealed partial class OneConvolutionMean;

/// <summary>A layer of DeepLabV3's pyramid, whose outer taps all lie in the padding of its small map.</summary>
[Network]
[Input(320, 14, 14)]
[Conv2D(256, 3, Dilation = 24, Padding = 24)] [ReLU]
public sealed partial class DilatedLayer;

/// <summary>A convolution of stride 1, as most are.</summary>
[Network]
[Input(64, 56, 56)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Conv3x3;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(64, 56, 56)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Direct;

/// <summary>A bottleneck's first half.</summary>
[Network]
[Input(256, 56, 56)]
[Conv2D(64, 1)] [ReLU]
public sealed partial class Conv1x1;

/// <summary>A convolution that halves the map.</summary>
[Network]
[Input(128, 28, 28)]
[Conv2D(256, 3, Stride = 2, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Stride2;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(128, 28, 28)]
[Conv2D(256, 3, Stride = 2, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Stride2Direct;

/// <summary>ResNet's first layer.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3)] [ReLU]
public sealed partial class Conv7x7Stride2;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3)] [ReLU]
public sealed partial class Conv7x7Stride2Direct;

/// <summary>AlexNet's first layer.</summary>
[Network]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)] [ReLU]
public sealed partial class Conv11x11Stride4;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(3, 227, 227)]
[Conv2D(96, 11, Stride = 4)] [ReLU]
public sealed partial class Conv11x11Stride4Direct;

/// <summary>A depthwise convolution of MobileNetV2.</summary>
[Network]
[Input(144, 56, 56)]
[DepthwiseConv2D(3, Padding = 1)] [ReLU6]
public sealed partial class Depthwise3x3;

/// <summary>AlexNet's first dense layer.</summary>
[Network]
[Input(9216)]
[Dense(4096)] [ReLU]
public sealed partial class DenseLayer;

/// <summary>AlexNet with weights of 16 bits.</summary>
[Network(WeightStorage = WeightStorage.BFloat16)]
[Input(3, 224, 224)]
[Conv2D(64, 11, Stride = 4, Padding = 2, Name = "features.0")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(192, 5, Padding = 2, Name = "features.3")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1, Name = "features.6")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.8")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.10")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten] [Dropout]
[Dense(4096, Name = "classifier.1")] [ReLU] [Dropout]
[Dense(4096, Name = "classifier.4")] [ReLU]
[Dense(1000, Name = "classifier.6")]
public sealed partial class AlexNetBFloat16;

/// <summary>AlexNet with weights of 8 bits.</summary>
[Network(WeightStorage = WeightStorage.Int8)]
[Input(3, 224, 224)]
[Conv2D(64, 11, Stride = 4, Padding = 2, Name = "features.0")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(192, 5, Padding = 2, Name = "features.3")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Conv2D(384, 3, Padding = 1, Name = "features.6")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.8")] [ReLU]
[Conv2D(256, 3, Padding = 1, Name = "features.10")] [ReLU] [MaxPool2D(3, Stride = 2)]
[Flatten] [Dropout]
[Dense(4096, Name = "classifier.1")] [ReLU] [Dropout]
[Dense(4096, Name = "classifier.4")] [ReLU]
[Dense(1000, Name = "classifier.6")]
public sealed partial class AlexNetInt8;

/// <summary>ResNet-18 on integers.</summary>
[Network(Precision = Precision.Int8)]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(3, Stride = 2, Padding = 1)]
[Use<BasicBlock>(64, Name = "layer1", Repeat = 2)]
[Use<BasicDownBlock>(128, 2, Name = "layer2.0")] [Use<BasicBlock>(128, Name = "layer2.1")]
[Use<BasicDownBlock>(256, 2, Name = "layer3.0")] [Use<BasicBlock>(256, Name = "layer3.1")]
[Use<BasicDownBlock>(512, 2, Name = "layer4.0")] [Use<BasicBlock>(512, Name = "layer4.1")]
[GlobalAvgPool2D] [Flatten]
[Dense(1000, Name = "fc")]
public sealed partial class ResNet18Integers;

/// <summary>ResNet-50 on integers.</summary>
[Network(Precision = Precision.Int8)]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(3, Stride = 2, Padding = 1)]
[Use<BottleneckDown>(64, 256, 1, Name = "layer1.0")] [Use<Bottleneck>(64, 256, Name = "layer1.1")] [Use<Bottleneck>(64, 256, Name = "layer1.2")]
[Use<BottleneckDown>(128, 512, 2, Name = "layer2.0")] [Use<Bottleneck>(128, 512, Name = "layer2.1")]
[Use<Bottleneck>(128, 512, Name = "layer2.2")] [Use<Bottleneck>(128, 512, Name = "layer2.3")]
[Use<BottleneckDown>(256, 1024, 2, Name = "layer3.0")] [Use<Bottleneck>(256, 1024, Name = "layer3.1")] [Use<Bottleneck>(256, 1024, Name = "layer3.2")]
[Use<Bottleneck>(256, 1024, Name = "layer3.3")] [Use<Bottleneck>(256, 1024, Name = "layer3.4")] [Use<Bottleneck>(256, 1024, Name = "layer3.5")]
[Use<BottleneckDown>(512, 2048, 2, Name = "layer4.0")] [Use<Bottleneck>(512, 2048, Name = "layer4.1")] [Use<Bottleneck>(512, 2048, Name = "layer4.2")]
[GlobalAvgPool2D] [Flatten]
[Dense(1000, Name = "fc")]
public sealed partial class ResNet50Integers;

/// <summary>A bottleneck's first half on integers, the rounding of its input included.</summary>
[Network(Precision = Precision.Int8)]
[Input(256, 56, 56)]
[Conv2D(64, 1)] [ReLU]
public sealed partial class Conv1x1Integers;

/// <summary>A convolution that halves the map, on integers, the rounding of its input included.</summary>
[Network(Precision = Precision.Int8)]
[Input(128, 28, 28)]
[Conv2D(256, 3, Stride = 2, Padding = 1)] [ReLU]
public sealed partial class Conv3x3Stride2Integers;

/// <summary>3×3, 128 → 128 channels on 28×28, as the plan chooses.</summary>
[Network]
[Input(128, 28, 28)]
[Conv2D(128, 3, Padding = 1)] [ReLU]
public sealed partial class Wide28Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(128, 28, 28)]
[Conv2D(128, 3, Padding = 1)] [ReLU]
public sealed partial class Wide28Direct;

/// <summary>3×3, 256 → 256 channels on 14×14, as the plan chooses.</summary>
[Network]
[Input(256, 14, 14)]
[Conv2D(256, 3, Padding = 1)] [ReLU]
public sealed partial class Wide14Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(256, 14, 14)]
[Conv2D(256, 3, Padding = 1)] [ReLU]
public sealed partial class Wide14Direct;

/// <summary>3×3, 512 → 512 channels on 7×7, as the plan chooses.</summary>
[Network]
[Input(512, 7, 7)]
[Conv2D(512, 3, Padding = 1)] [ReLU]
public sealed partial class Wide7Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(512, 7, 7)]
[Conv2D(512, 3, Padding = 1)] [ReLU]
public sealed partial class Wide7Direct;

/// <summary>3×3, 16 → 64 channels on 55×55, as the plan chooses.</summary>
[Network]
[Input(16, 55, 55)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Narrow55Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(16, 55, 55)]
[Conv2D(64, 3, Padding = 1)] [ReLU]
public sealed partial class Narrow55Direct;

/// <summary>3×3, 48 → 192 channels on 13×13, as the plan chooses.</summary>
[Network]
[Input(48, 13, 13)]
[Conv2D(192, 3, Padding = 1)] [ReLU]
public sealed partial class Narrow13Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(48, 13, 13)]
[Conv2D(192, 3, Padding = 1)] [ReLU]
public sealed partial class Narrow13Direct;

/// <summary>5×5, 64 → 192 channels on 27×27, as the plan chooses.</summary>
[Network]
[Input(64, 27, 27)]
[Conv2D(192, 5, Padding = 2)] [ReLU]
public sealed partial class Five27Chosen;

/// <summary>The same by direct sums.</summary>
[Network(Winograd = false)]
[Input(64, 27, 27)]
[Conv2D(192, 5, Padding = 2)] [ReLU]
public sealed partial class Five27Direct;
