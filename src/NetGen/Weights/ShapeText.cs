using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace NetGen;

/// <summary>How messages write a tensor's shape: as PyTorch does.</summary>
internal static class ShapeText
{
    public static string Of(ImmutableArray<int> shape) =>
        "[" + string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture))) + "]";
}
