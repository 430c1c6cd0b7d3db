using NetGen;

namespace Zoo;

/// <summary>An inverted residual: 1×1 up to A channels, each filtered on its own at stride C, 1×1 down to B.</summary>
[Block]
[Conv2D(Param.A, 1, Bias = false, Name = "conv.0.0")] [BatchNorm2D(Name = "conv.0.1")] [ReLU6]
[DepthwiseConv2D(3, Stride = Param.C, Padding = 1, Bias = false, Name = "conv.1.0")] [BatchNorm2D(Name = "conv.1.1")] [ReLU6]
[Conv2D(Param.B, 1, Bias = false, Name = "conv.2")] [BatchNorm2D(Name = "conv.3")]
public sealed class Inverted;

/// <summary>The same at stride 1, with what came in added.</summary>
[Block]
[Conv2D(Param.A, 1, Bias = false, Name = "conv.0.0")] [BatchNorm2D(Name = "conv.0.1")] [ReLU6]
[DepthwiseConv2D(3, Padding = 1, Bias = false, Name = "conv.1.0")] [BatchNorm2D(Name = "conv.1.1")] [ReLU6]
[Conv2D(Param.B, 1, Bias = false, Name = "conv.2")] [BatchNorm2D(Name = "conv.3")]
[Add(Block.Input)]
public sealed class InvertedResidual;

/// <summary>MobileNetV2 (Sandler and others, 2018), in the names of torchvision's state dict.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(32, 3, Stride = 2, Padding = 1, Bias = false, Name = "features.0.0")] [BatchNorm2D(Name = "features.0.1")] [ReLU6]
[DepthwiseConv2D(3, Padding = 1, Bias = false, Name = "features.1.conv.0.0")] [BatchNorm2D(Name = "features.1.conv.0.1")] [ReLU6]
[Conv2D(16, 1, Bias = false, Name = "features.1.conv.1")] [BatchNorm2D(Name = "features.1.conv.2")]
[Use<Inverted>(96, 24, 2, Name = "features.2")] [Use<InvertedResidual>(144, 24, Name = "features.3")]
[Use<Inverted>(144, 32, 2, Name = "features.4")] [Use<InvertedResidual>(192, 32, Name = "features.5")] [Use<InvertedResidual>(192, 32, Name = "features.6")]
[Use<Inverted>(192, 64, 2, Name = "features.7")] [Use<InvertedResidual>(384, 64, Name = "features.8")]
[Use<InvertedResidual>(384, 64, Name = "features.9")] [Use<InvertedResidual>(384, 64, Name = "features.10")]
[Use<Inverted>(384, 96, 1, Name = "features.11")] [Use<InvertedResidual>(576, 96, Name = "features.12")] [Use<InvertedResidual>(576, 96, Name = "features.13")]
[Use<Inverted>(576, 160, 2, Name = "features.14")] [Use<InvertedResidual>(960, 160, Name = "features.15")] [Use<InvertedResidual>(960, 160, Name = "features.16")]
[Use<Inverted>(960, 320, 1, Name = "features.17")]
[Conv2D(1280, 1, Bias = false, Name = "features.18.0")] [BatchNorm2D(Name = "features.18.1")] [ReLU6]
[GlobalAvgPool2D] [Flatten] [Dropout(0.2)]
[Dense(1000, Name = "classifier.1")]
public sealed partial class MobileNetV2;
