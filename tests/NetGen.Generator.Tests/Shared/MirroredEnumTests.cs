extern alias netgen;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;

namespace NetGen.Generator.Tests.Shared;

/// <summary>
/// The generator knows attributes by their names and values alone, so that its enumerations are its own; they have to be those of the
/// library.
/// </summary>
public sealed class MirroredEnumTests
{
    /// <summary>The generator's enumerations, and the library's that they repeat.</summary>
    private static readonly (Type Own, Type Library)[] Mirrors =
    [
        (typeof(CombineKind), typeof(netgen::NetGen.ElementwiseOperator)),
        (typeof(ComparisonKind), typeof(netgen::NetGen.Comparison)),
        (typeof(PaddingMode), typeof(netgen::NetGen.PaddingMode)),
        (typeof(ResizeMode), typeof(netgen::NetGen.ResizeMode)),
        (typeof(ResizeCoordinates), typeof(netgen::NetGen.ResizeCoordinates)),
        (typeof(NearestRounding), typeof(netgen::NetGen.NearestRounding)),
        (typeof(UpsampleMode), typeof(netgen::NetGen.UpsampleMode)),
        (typeof(InputType), typeof(netgen::NetGen.InputType)),
        (typeof(RecurrentFunction), typeof(netgen::NetGen.RecurrentFunction)),
        (typeof(ReductionKind), typeof(netgen::NetGen.Reduction)),
        (typeof(ImageAxes), typeof(netgen::NetGen.ImageAxes)),
        (typeof(WeightInit), typeof(netgen::NetGen.Runtime.WeightInit)),
        (typeof(WeightStorage), typeof(netgen::NetGen.WeightStorage)),
        (typeof(Precision), typeof(netgen::NetGen.Precision)),
        (typeof(SimdTiers), typeof(netgen::NetGen.SimdTiers)),
    ];

    public static TheoryData<string> Names => [.. Mirrors.Select(m => m.Library.Name)];

    /// <summary>Every value of the library's has its name and number in the generator; the generator may have values that no attribute does.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Mirror_LibrarysValue_HasTheSameNameAndNumber(string library)
    {
        (Type own, Type other) = Mirrors.Single(m => m.Library.Name == library);
        Dictionary<string, long> values = Values(own);
        Assert.NotEmpty(values);
        Assert.All(Values(other), value => Assert.Equal(value.Value, Assert.Contains(value.Key, values)));
    }

    /// <summary>An enumeration of the library's that the generator has to know is in the table above, whatever it is called.</summary>
    [Fact]
    public void Attributes_EnumArgument_IsMirrored()
    {
        Type[] used =
        [
            .. typeof(netgen::NetGen.NetworkAttribute).Assembly.GetExportedTypes()
                .Where(t => typeof(Attribute).IsAssignableFrom(t))
                .SelectMany(t => t.GetProperties().Select(p => p.PropertyType).Concat(t.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType)))
                .Where(t => t.IsEnum && t.Assembly == typeof(netgen::NetGen.NetworkAttribute).Assembly)
                .Distinct(),
        ];
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(Mirrors.Select(m => m.Library)));
    }

    private static Dictionary<string, long> Values(Type type) => Enum.GetNames(type)
        .ToDictionary(n => n, n => Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture));
}
