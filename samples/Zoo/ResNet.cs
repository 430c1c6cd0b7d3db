using NetGen;

namespace Zoo;

/// <summary>Two 3×3 convolutions of A filters, and what came in added to their result.</summary>
[Block]
[Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D]
[Add(Block.Input)] [ReLU]
public sealed class BasicBlock;

/// <summary>The same at stride B, where a 1×1 convolution brings what came in to the new shape.</summary>
[Block]
[Conv2D(Param.A, 3, Stride = Param.B, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D]
[Conv2D(Param.A, 1, Stride = Param.B, Bias = false, From = Block.Input, Name = "downsample.0")] [BatchNorm2D(Name = "downsample.1")]
[Add("bn2", "downsample.1")] [ReLU]
public sealed class BasicDownBlock;

/// <summary>ResNet-18 (He and others, 2015), in the names of torchvision's state dict.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(3, Stride = 2, Padding = 1)]
[Use<BasicBlock>(64, Name = "layer1", Repeat = 2)]
[Use<BasicDownBlock>(128, 2, Name = "layer2.0")] [Use<BasicBlock>(128, Name = "layer2.1")]
[Use<BasicDownBlock>(256, 2, Name = "layer3.0")] [Use<BasicBlock>(256, Name = "layer3.1")]
[Use<BasicDownBlock>(512, 2, Name = "layer4.0")] [Use<BasicBlock>(512, Name = "layer4.1")]
[GlobalAvgPool2D] [Flatten]
[Dense(1000, Name = "fc")]
public sealed partial class ResNet18;

/// <summary>A bottleneck: 1×1 down to A filters, 3×3 at that width, 1×1 up to B, and what came in added.</summary>
[Block]
[Conv2D(Param.A, 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.A, 3, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.B, 1, Bias = false)] [BatchNorm2D]
[Add(Block.Input)] [ReLU]
public sealed class Bottleneck;

/// <summary>The same at stride C, where a 1×1 convolution brings what came in to the new shape.</summary>
[Block]
[Conv2D(Param.A, 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.A, 3, Stride = Param.C, Padding = 1, Bias = false)] [BatchNorm2D] [ReLU]
[Conv2D(Param.B, 1, Bias = false)] [BatchNorm2D]
[Conv2D(Param.B, 1, Stride = Param.C, Bias = false, From = Block.Input, Name = "downsample.0")] [BatchNorm2D(Name = "downsample.1")]
[Add("bn3", "downsample.1")] [ReLU]
public sealed class BottleneckDown;

/// <summary>ResNet-50 (He and others, 2015), in the names of torchvision's state dict.</summary>
[Network]
[Input(3, 224, 224)]
[Conv2D(64, 7, Stride = 2, Padding = 3, Bias = false)] [BatchNorm2D] [ReLU] [MaxPool2D(3, Stride = 2, Padding = 1)]
[Use<BottleneckDown>(64, 256, 1, Name = "layer1.0")]
[Use<Bottleneck>(64, 256, Name = "layer1.1")] [Use<Bottleneck>(64, 256, Name = "layer1.2")]
[Use<BottleneckDown>(128, 512, 2, Name = "layer2.0")]
[Use<Bottleneck>(128, 512, Name = "layer2.1")] [Use<Bottleneck>(128, 512, Name = "layer2.2")] [Use<Bottleneck>(128, 512, Name = "layer2.3")]
[Use<BottleneckDown>(256, 1024, 2, Name = "layer3.0")]
[Use<Bottleneck>(256, 1024, Name = "layer3.1")] [Use<Bottleneck>(256, 1024, Name = "layer3.2")] [Use<Bottleneck>(256, 1024, Name = "layer3.3")]
[Use<Bottleneck>(256, 1024, Name = "layer3.4")] [Use<Bottleneck>(256, 1024, Name = "layer3.5")]
[Use<BottleneckDown>(512, 2048, 2, Name = "layer4.0")]
[Use<Bottleneck>(512, 2048, Name = "layer4.1")] [Use<Bottleneck>(512, 2048, Name = "layer4.2")]
[GlobalAvgPool2D] [Flatten]
[Dense(1000, Name = "fc")]
public sealed partial class ResNet50;
