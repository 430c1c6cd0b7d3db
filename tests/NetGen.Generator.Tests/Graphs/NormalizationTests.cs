using System.Linq;
using NetGen.Generator.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Dense layers, normalizations and activations: tensors, constants, and where problems are said.</summary>
public sealed class NormalizationTests
{
    [Theory]
    [InlineData("6; Dense units=4", "weight 4×6 uniform of 6, bias 4 uniform of 6")]
    [InlineData("6; Dense units=4 Bias=false", "weight 4×6 uniform of 6")]
    [InlineData("6×3×4; BatchNorm2D", "weight 6 One, bias 6 Zero, running_mean 6 Zero, running_var 6 One")]
    [InlineData("6; BatchNorm2D Affine=false", "running_mean 6 Zero, running_var 6 One")]
    [InlineData("6×3×4; GroupNorm groups=2", "weight 6 One, bias 6 Zero")]
    [InlineData("6×3×4; GroupNorm groups=2 Affine=false", "")]
    [InlineData("6×3×4; InstanceNorm2D", "")]
    [InlineData("6×3×4; InstanceNorm2D Affine=true", "weight 6 One, bias 6 Zero")]
    [InlineData("6×3×4; LayerNorm", "weight 6×3×4 One, bias 6×3×4 Zero")]
    [InlineData("6; LayerNorm", "weight 6 One, bias 6 Zero")]
    [InlineData("6×3×4; LayerNorm Affine=false", "")]
    [InlineData("6×3×4; PReLU", "weight 1 Quarter")]
    [InlineData("6×3×4; PReLU PerChannel=true", "weight 6 Quarter")]
    [InlineData("6×3×4; LocalResponseNorm size=5", "")]
    public void Layer_Tensors_AreThoseOfPyTorchsStateDict(string network, string expected) => Assert.Equal(expected, Tensors(network));

    [Theory]
    [InlineData("6×3×4; BatchNorm2D", "Epsilon 1E-05")]
    [InlineData("6×3×4; BatchNorm2D Epsilon=0.001", "Epsilon 0.001")]
    [InlineData("6×3×4; LocalResponseNorm size=5", "Size 5, Alpha 0.0001, Beta 0.75, K 1")]
    [InlineData("6×3×4; LocalResponseNorm size=3 Alpha=0.5 Beta=0.25 K=2.0", "Size 3, Alpha 0.5, Beta 0.25, K 2")]
    [InlineData("6×3×4; GroupNorm groups=2", "Groups 2, Epsilon 1E-05, Parameters 1")]
    [InlineData("6×3×4; GroupNorm groups=3 Epsilon=0.5 Affine=false", "Groups 3, Epsilon 0.5, Parameters 0")]
    [InlineData("6×3×4; InstanceNorm2D", "Groups 6, Epsilon 1E-05, Parameters 0")]
    [InlineData("6×3×4; InstanceNorm2D Epsilon=0.5 Affine=true", "Groups 6, Epsilon 0.5, Parameters 1")]
    [InlineData("6×3×4; LayerNorm", "Groups 1, Epsilon 1E-05, Parameters 2")]
    [InlineData("6×3×4; LayerNorm Epsilon=0.5 Affine=false", "Groups 1, Epsilon 0.5, Parameters 0")]
    [InlineData("6; LeakyReLU", "Constants 0.01")]
    [InlineData("6; LeakyReLU slope=0.2", "Constants 0.2")]
    [InlineData("6; ELU", "Constants 1")]
    [InlineData("6; CELU alpha=2.0", "Constants 2")]
    [InlineData("6; CELU", "Constants 1")]
    [InlineData("6; Softplus", "Constants 1 20")]
    [InlineData("6; Softplus Beta=2.0 Threshold=10.0", "Constants 2 10")]
    [InlineData("6; Threshold threshold=0.5 value=-1.5", "Constants 0.5 -1.5")]
    [InlineData("6; Clip", "Constants -Infinity Infinity")]
    [InlineData("6; Clip min=-1.5 max=2.5", "Constants -1.5 2.5")]
    [InlineData("6; Rescaling", "Constants 1 0")]
    [InlineData("6; Rescaling scale=2.0 offset=3.0", "Constants 2 3")]
    [InlineData("6; Power", "Constants 1")]
    [InlineData("6; Power exponent=3.0", "Constants 3")]
    [InlineData("6; Compare comparison=0 value=0.5", "Comparison 0, Constants 0.5")]
    [InlineData("6; Compare comparison=5 value=-Infinity", "Comparison 5, Constants -Infinity")]
    [InlineData("6; GELU", "")]
    [InlineData("6; GELU Approximate=true", "Approximate 1")]
    [InlineData("6; PReLU PerChannel=true", "")]
    [InlineData("6; ReLU", "")]
    [InlineData("6; Not", "")]
    [InlineData("6; Round", "")]
    public void Layer_Arguments_HavePyTorchsDefaults(string network, string expected) => Assert.Equal(expected, Arguments(network));

    [Theory]
    [InlineData("6; Dense units=0", "NG1011 at Dense.units: fc1, units, 0")]
    [InlineData("6; Dense units=2 InFeatures=0", "NG1011 at Dense.InFeatures: fc1, InFeatures, 0")]
    [InlineData("6; Dense units=2 InFeatures=5; Dense units=3 InFeatures=7", "NG1009 at Dense.InFeatures: fc1, 5, input, 6\nNG1009 at Dense/2.InFeatures: fc2, 7, fc1, 2")]
    [InlineData("6; Dense units=2 InFeatures=6", "2")]
    [InlineData("6×1×1; Dense units=2", "NG1015 at Dense: fc1, input, 6×1×1")]
    [InlineData("65536; Dense units=65536", "NG1016 at Dense: fc1, weights, 65536·65536")]
    [InlineData("6; BatchNorm2D InChannels=0", "NG1011 at BatchNorm2D.InChannels: bn1, InChannels, 0")]
    [InlineData("6; BatchNorm2D InChannels=5", "NG1008 at BatchNorm2D.InChannels: bn1, 5, input, 6")]
    [InlineData("6; BatchNorm2D Epsilon=0.0", "6")]
    [InlineData("6; BatchNorm2D Epsilon=-1.5", "NG1020 at BatchNorm2D.Epsilon: bn1, Epsilon, -1.5, at least 0")]
    [InlineData("6×3×4; LocalResponseNorm size=0", "NG1011 at LocalResponseNorm.size: lrn1, size, 0")]
    [InlineData("6×3×4; LocalResponseNorm size=1 Alpha=0.0", "6×3×4")]
    [InlineData("6×3×4; LocalResponseNorm size=1 Alpha=-0.5", "NG1020 at LocalResponseNorm.Alpha: lrn1, Alpha, -0.5, at least 0")]
    [InlineData("6×3×4; LocalResponseNorm size=1 K=1e-30", "6×3×4")]
    [InlineData("6×3×4; LocalResponseNorm size=1 K=0.0", "NG1020 at LocalResponseNorm.K: lrn1, K, 0, at least 1E-30")]
    [InlineData("6×3×4; LocalResponseNorm size=1 Beta=NaN", "NG1020 at LocalResponseNorm.Beta: lrn1, Beta, NaN, a finite number")]
    [InlineData("6; LocalResponseNorm size=1", "NG1017 at LocalResponseNorm: lrn1, LocalResponseNorm, input, 6")]
    [InlineData("6×3×4; ReLU; GroupNorm groups=4", "NG1040 at GroupNorm.groups: gn1, 4, 6, relu1")]
    [InlineData("6×3×4; GroupNorm groups=0", "NG1011 at GroupNorm.groups: gn1, groups, 0")]
    [InlineData("6×3×4; GroupNorm groups=2 Epsilon=-1.5", "NG1020 at GroupNorm.Epsilon: gn1, Epsilon, -1.5, at least 0")]
    [InlineData("6×3×4; GroupNorm groups=2 Epsilon=0.0", "6×3×4")]
    [InlineData("6; GroupNorm groups=2", "NG1017 at GroupNorm: gn1, GroupNorm, input, 6")]
    [InlineData("6×3×4; InstanceNorm2D Epsilon=-1.5", "NG1020 at InstanceNorm2D.Epsilon: instancenorm1, Epsilon, -1.5, at least 0")]
    [InlineData("6×3×4; InstanceNorm2D Epsilon=0.0", "6×3×4")]
    [InlineData("6; InstanceNorm2D", "NG1017 at InstanceNorm2D: instancenorm1, InstanceNorm2D, input, 6")]
    [InlineData("6×3×4; LayerNorm Epsilon=-1.5", "NG1020 at LayerNorm.Epsilon: ln1, Epsilon, -1.5, at least 0")]
    [InlineData("6; LayerNorm Epsilon=0.0", "6")]
    [InlineData("6; Softplus Beta=0.0", "NG1020 at Softplus.Beta: softplus1, Beta, 0, at least 1E-06")]
    [InlineData("6; CELU alpha=0.0", "NG1020 at CELU.alpha: celu1, alpha, 0, at least 1E-06")]
    [InlineData("6; ELU alpha=-Infinity", "NG1020 at ELU.alpha: elu1, alpha, -Infinity, a finite number")]
    [InlineData("6; Clip min=NaN", "NG1020 at Clip.min: clip1, min, NaN, from -Infinity to Infinity")]
    [InlineData("6; Compare comparison=6", "NG1020 at Compare.comparison: compare1, comparison, 6, one of its enumeration's values")]
    public void Layer_Wrong_IsSaidAtItsArgument(string network, string expected) => Assert.Equal(expected, Outcome(network));

    [Theory]
    [InlineData("6×3×4; Softmax", false)]
    [InlineData("6; LogSoftmax", true)]
    public void Softmax_Kinds_AreThoseOfTheirNames(string network, bool logarithm)
    {
        Layer layer = Last(network);
        Assert.Equal(new SoftmaxOperation(logarithm), layer.Operation);
        Assert.Equal(logarithm ? "logsoftmax1" : "softmax1", layer.Name);
    }

    /// <summary>Each activation computes the function of its name; a comparison the one that its number means.</summary>
    [Fact]
    public void Activations_ComputeTheFunctionOfTheirName()
    {
        string[] names =
        [
            "ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "Sigmoid", "Tanh", "SiLU", "HardSigmoid", "HardSwish", "GELU", "Mish", "Softplus",
            "CELU", "Softsign", "Threshold", "Clip", "Rescaling", "Abs", "Sign", "Square", "Sqrt", "Reciprocal", "Power", "Exp", "Log", "Erf", "Floor",
            "Ceiling", "Round", "Not",
        ];
        Assert.All(names, name =>
        {
            Layer layer = Last($"3×2×2; {name}");
            Assert.Equal((name, name.ToLowerInvariant() + "1"), (layer.Kind, layer.Name));
            Assert.Equal(name, Assert.IsType<ActivationOperation>(layer.Operation).Function.ToString());
            Assert.Equal(Shape.Image(3, 2, 2), layer.Output);
        });
        Assert.Equal(
            ["Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal", "NotEqual"],
            Enumerable.Range(0, 6).Select(i => Assert.IsType<ActivationOperation>(Last($"3; Compare comparison={i}").Operation).Function.ToString()));
        Assert.Equal(ActivationFunction.GELUTanh, Assert.IsType<ActivationOperation>(Last("3; GELU Approximate=true").Operation).Function);
        Assert.True(Assert.IsType<ActivationOperation>(Last("3; PReLU PerChannel=true").Operation).PerChannel);
        Assert.False(Assert.IsType<ActivationOperation>(Last("3; PReLU").Operation).PerChannel);
    }

    [Theory]
    [InlineData("6; Dense units=4", "6·4 + 4", 28, 24, 24)]
    [InlineData("6; Dense units=4 Bias=false", "6·4", 24, 24, 24)]
    [InlineData("6×3×4; BatchNorm2D", "6 + 6", 12, 6, 0)]
    [InlineData("6×3×4; LayerNorm", "6·3·4 + 6·3·4", 144, 72, 0)]
    [InlineData("6×3×4; ReLU", "", 0, 0, 0)]
    public void Layer_Counts_LeaveStatisticsOut(string network, string formula, long parameters, long weights, long multiplyAdds)
    {
        Layer layer = Last(network);
        Assert.Equal(formula, layer.ParameterFormula);
        Assert.Equal((parameters, weights, multiplyAdds), (layer.ParameterCount, layer.WeightCount, layer.MultiplyAddCount));
    }
}
