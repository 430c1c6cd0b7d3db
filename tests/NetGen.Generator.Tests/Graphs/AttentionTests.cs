using NetGen.Generator.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Attention: what it gives, what must fit, and at which name or argument a problem is said.</summary>
public sealed class AttentionTests
{
    private const string Sources = "6×4×5; Conv2D filters=6 kernel=2 Name=q; Conv2D filters=9 kernel=1 From=input Name=v";

    [Theory]
    [InlineData("names=q,input,v", "9×3×4")]
    [InlineData("names=q,input,v Heads=3", "9×3×4")]
    [InlineData("names=input,v From=q", "9×3×4")]
    [InlineData("names=input,input,input Heads=6 IsCausal=true Scale=0.5", "6×4×5")]
    public void Attention_Output_HasTheQuerysPixelsAndTheValuesChannels(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"{Sources}; ScaledDotProductAttention {arguments}; Output name=attention1; Output name=q; Output name=v").Split(',')[0]);

    [Theory]
    [InlineData("names=v,input,v", "NG1063 at ScaledDotProductAttention.names[1]: attention1, input, 6×4×5, as many channels as the query 'v' has, 9")]
    [InlineData("names=v,v From=input", "NG1063 at ScaledDotProductAttention.names[0]: attention1, v, 9×4×5, as many channels as the query 'input' has, 6")]
    [InlineData("names=input,q,v", "NG1063 at ScaledDotProductAttention.names[2]: attention1, v, 9×4×5, as many rows and columns as the key 'q' has, 3×4")]
    [InlineData("names=input,input,q", "NG1063 at ScaledDotProductAttention.names[2]: attention1, q, 6×3×4, as many rows and columns as the key 'input' has, 4×5")]
    [InlineData("names=q,input,v,v", "NG1063 at ScaledDotProductAttention.names[3]: attention1, v, 9×4×5, heads × queries × keys, 1×12×20")]
    [InlineData("names=q,input,v,v Heads=3", "NG1063 at ScaledDotProductAttention.names[3]: attention1, v, 9×4×5, heads × queries × keys, 3×12×20, or 1×12×20 for all heads")]
    [InlineData("names=q,input,v Heads=4", "NG1040 at ScaledDotProductAttention.Heads: attention1, 4, 6, q")]
    [InlineData("names=q,input,v Heads=2", "NG1040 at ScaledDotProductAttention.Heads: attention1, 2, 9, v")]
    [InlineData("names=q,input,v Heads=0", "NG1011 at ScaledDotProductAttention.Heads: attention1, Heads, 0")]
    [InlineData("names=q,input", "NG1035 at ScaledDotProductAttention: attention1, ScaledDotProductAttention, three or four")]
    [InlineData("names=q,input,v,v,v", "NG1035 at ScaledDotProductAttention: attention1, ScaledDotProductAttention, three or four")]
    public void Attention_WhatDoesNotFit_IsSaidWhereItStands(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"{Sources}; ScaledDotProductAttention {arguments}"));

    [Theory]
    [InlineData("1×12×20")]
    [InlineData("3×12×20")]
    public void Attention_MaskOfAllHeadsOrOfEach_Fits(string mask) => Assert.Equal(
        "3×4×3", Outcome($"{mask}; Slice start=0 count=1; StridedSlice channels=1 height=4 width=3 Name=q; StridedSlice channels=1 height=4 width=5 From=input Name=k; Conv2D filters=3 kernel=1 Name=v; Conv2D filters=3 kernel=1 From=k Name=k3; Conv2D filters=3 kernel=1 From=q Name=q3; ScaledDotProductAttention names=q3,k3,v,input Heads=3"));

    [Fact]
    public void Attention_OfAVector_IsSaidAtItsName() => Assert.Equal(
        "NG1017 at ScaledDotProductAttention.names[1]: attention1, ScaledDotProductAttention, flatten1, 120",
        Outcome("6×4×5; Flatten; ScaledDotProductAttention names=input,flatten1,input"));

    [Theory]
    [InlineData("Heads=2", "Heads 2, IsCausal 0, Scale 0.5")]
    [InlineData("IsCausal=true Scale=0.25", "Heads 1, IsCausal 1, Scale 0.25")]
    public void Attention_Scale_IsThatOfAHeadsChannelsUnlessGiven(string arguments, string expected) =>
        Assert.Equal(expected, Arguments($"8×4×5; ScaledDotProductAttention names=input,input,input {arguments}"));

    /// <summary>12 queries, 20 keys; 6 channels for each score, and 9 for what it is multiplied with.</summary>
    [Fact]
    public void Attention_MultiplyAdds_AreThoseOfBothProducts() =>
        Assert.Equal(12 * 20 * (6 + 9), Last($"{Sources}; ScaledDotProductAttention names=q,input,v Heads=3").MultiplyAddCount);

    [Theory]
    [InlineData("heads=2", "6×4×5")]
    [InlineData("heads=3 Key=q", "6×4×5")]
    [InlineData("heads=1 Key=v Value=v", "6×4×5")]
    [InlineData("heads=2 Bias=false IsCausal=true", "6×4×5")]
    public void MultiheadAttention_Output_HasTheQuerysShape(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"{Sources}; MultiheadAttention {arguments} From=input; Output name=multihead1; Output name=q; Output name=v").Split(',')[0]);

    [Theory]
    [InlineData("heads=4 From=input", "NG1040 at MultiheadAttention.heads: multihead1, 4, 6, input")]
    [InlineData("heads=0 From=input", "NG1011 at MultiheadAttention.heads: multihead1, heads, 0")]
    [InlineData("heads=2 Key=v Value=q From=input", "NG1063 at MultiheadAttention.Value: multihead1, q, 6×3×4, as many rows and columns as the key 'v' has, 4×5")]
    [InlineData("heads=2 Mask=v From=input", "NG1063 at MultiheadAttention.Mask: multihead1, v, 9×4×5, heads × queries × keys, 2×20×20, or 1×20×20 for all heads")]
    public void MultiheadAttention_WhatDoesNotFit_IsSaidWhereItStands(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"{Sources}; MultiheadAttention {arguments}"));

    [Theory]
    [InlineData("3×4×5; Parameter channels=3 height=4 width=5; Add names=input", "3×4×5")]
    [InlineData("7; Parameter features=5; Concat names=input", "12")]
    public void Parameter_TakesNothing(string layers, string expected) => Assert.Equal(expected, Outcome(layers).Split(',')[0]);

    [Theory]
    [InlineData("7; Parameter features=0; Concat names=input", "NG1011 at Parameter.features: parameter1, features, 0")]
    [InlineData("7; Parameter channels=2 height=1 width=-1; Concat names=input", "NG1011 at Parameter.width: parameter1, width, -1")]
    [InlineData("7; Parameter features=2 From=input; Concat names=input", "NG1020 at Parameter.From: parameter1, From, 'input', left out, since it takes nothing")]
    public void Parameter_WithoutValues_IsSaidAtTheArgument(string layers, string expected) => Assert.Equal(expected, Outcome(layers));

    /// <summary>A layer of ViT-B/16: 4·768² + 4·768 of attention.</summary>
    [Fact]
    public void MultiheadAttention_Counts_AreThoseOfFourProductsAndAttention()
    {
        Graph graph = Graph(Image(768, 1, 197), Layer("MultiheadAttention", ("heads", 12)));
        Assert.Equal(2_362_368, graph.ParameterCount);
        Assert.Equal((4L * 197 * 768 * 768) + (2L * 197 * 197 * 768), graph.MultiplyAddCount);
    }

    [Theory]
    [InlineData("7; Parameter features=5 Name=fc.weight; Concat names=input; Dense units=3 Name=fc", "NG1018 at Dense.Name: fc, its tensor 'fc.weight' is one of layer 'fc.weight' already")]
    [InlineData(
        "6×2×2; MultiheadAttention heads=1 Name=a; Conv2D filters=2 kernel=1 Name=a.out_proj",
        "NG1018 at Conv2D.Name: a.out_proj, its tensor 'a.out_proj.weight' is one of layer 'a' already")]
    public void Tensors_OfOneName_AreAProblem(string layers, string expected) => Assert.Equal(expected, Outcome(layers));
}
