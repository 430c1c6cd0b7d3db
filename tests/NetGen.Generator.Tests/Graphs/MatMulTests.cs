using Xunit;
using static NetGen.Generator.Tests.Graphs.Notation;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Products of results: what they give, what must fit, and at which name a problem is said.</summary>
public sealed class MatMulTests
{
    private const string Sources = "6×4×5; Slice start=0 count=1 Name=one; MaxPool2D kernelHeight=1 kernelWidth=5 From=input Name=columns";

    [Theory]
    [InlineData("names=input,input TransposeB=true", "6×4×4")]
    [InlineData("names=input,input TransposeA=true", "6×5×5")]
    [InlineData("names=input,one TransposeB=true", "6×4×4")]
    [InlineData("names=one,input TransposeA=true", "6×5×5")]
    [InlineData("names=columns,columns TransposeB=true", "6×4×4")]
    [InlineData("names=one,columns TransposeA=true", "6×5×1")]
    [InlineData("names=one From=input TransposeA=true", "6×5×5")]
    public void MatMul_Output_IsRowsByColumns(string arguments, string expected) =>
        Assert.Equal(expected, Outcome($"{Sources}; MatMul {arguments}; Output name=matmul1; Output name=one; Output name=columns").Split(',')[0]);

    [Theory]
    [InlineData("names=input,input", "NG1063 at MatMul.names[1]: matmul1, input, 6×4×5, as many rows as 'input' has columns, 5")]
    [InlineData("names=input,one TransposeA=true TransposeB=true", "NG1063 at MatMul.names[1]: matmul1, one, 1×4×5, as many columns as 'input' has rows, 4")]
    [InlineData("names=input", "NG1063 at MatMul.names[0]: matmul1, input, 6×4×5, as many rows as 'columns' has columns, 1")]
    [InlineData("names=input,one,one", "NG1035 at MatMul: matmul1, MatMul, one or two")]
    public void MatMul_WhatDoesNotFit_IsSaidWhereItStands(string arguments, string expected) => Assert.Equal(expected, Outcome($"{Sources}; MatMul {arguments}"));

    [Fact]
    public void MatMul_OfDifferentChannels_TakesOneForAllAlone() => Assert.Equal(
        "NG1063 at MatMul.names[0]: matmul1, input, 6×4×5, as many channels as 'slice1' has, 2, or one",
        Outcome("6×4×5; Slice start=0 count=2; MatMul names=input TransposeB=true"));

    [Fact]
    public void MatMul_OfAVector_IsSaidAtItsName() =>
        Assert.Equal("NG1017 at MatMul.names[1]: matmul1, MatMul, flatten1, 120", Outcome("6×4×5; Flatten; MatMul names=input,flatten1"));

    /// <summary>Six matrices of 4 × 4 sums of 5 terms.</summary>
    [Fact]
    public void MatMul_MultiplyAdds_AreThoseOfItsSums() =>
        Assert.Equal(6 * 4 * 4 * 5, Last("6×4×5; MatMul names=input,input TransposeB=true").MultiplyAddCount);
}
