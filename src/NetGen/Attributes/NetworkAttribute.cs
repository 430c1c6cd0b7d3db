using System;

namespace NetGen;

/// <summary>
/// Marks a partial class as a network: the layer attributes on the same declaration, read from top to bottom, are its
/// layers, and the generator writes the class's constants, <c>Load</c> and <c>Forward</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>
    /// The SIMD tiers to write kernels for; by default all of them, and the widest that the machine accelerates runs.
    /// With a single tier that tier always runs, correct on any machine though slow where the hardware lacks it.
    /// </summary>
    public SimdTiers Simd { get; set; } = SimdTiers.All;

    /// <summary>
    /// Whether convolutions may be computed by Winograd's minimal filtering, where that is faster: with two to three times fewer
    /// multiply-adds, and a rounding error of up to 1e-4 of the largest result instead of 1e-5. On by default.
    /// </summary>
    /// <remarks>
    /// Outputs are computed a tile at a time, from one transformed patch of the input: F(4×4, 3×3) gives 4×4 outputs from 6×6 inputs, F(4, 5)
    /// over rows 4 rows of outputs from 8 rows of inputs. NaN or infinity in the input therefore makes NaN or infinity of all outputs
    /// of each tile whose patch has it in its inside, and not only of those whose window has it: of F(4×4, 3×3), a pixel spoils the 3×3
    /// outputs that see it and the rest of the tile that it lies in, 16 to 25 of them. On a patch's first or last row it spoils the tile's
    /// first or last row alone, and so for columns. Values near the largest float, whose sums overflow, do the same. Over rows,
    /// columns are exact. Without Winograd's algorithm exactly the outputs are spoiled whose windows have the value.
    /// </remarks>
    public bool Winograd { get; set; } = true;

    /// <summary>
    /// How the weights of dense layers and directly summed convolutions lie in memory; they are computed with as float32. Smaller
    /// weights load faster from memory, which is what dense layers wait for. Transformed weights of Winograd convolutions, depthwise
    /// weights and biases stay float32.
    /// </summary>
    public WeightStorage WeightStorage { get; set; }

    /// <summary>
    /// What convolutions and dense layers compute with. <see cref="Precision.Int8"/> needs the range of each of their inputs: the
    /// generated <c>Calibrate</c> measures them on samples of your data, and <c>Save</c> keeps them with the weights.
    /// </summary>
    public Precision Precision { get; set; }
}

/// <summary>What convolutions and dense layers compute with.</summary>
public enum Precision
{
    /// <summary>Single precision.</summary>
    Float32 = 0,

    /// <summary>
    /// Integers: weights from −64 to 64 with a scale for each filter or unit, activations from 0 to 127 with a scale and a zero
    /// point for each map, sums of 32 bits. The narrower the range of the integers, the more products a machine without dot
    /// product instructions sums in 16 bits, and the results are as good as the same on all machines. Depthwise and transposed
    /// convolutions, layers of fewer than six input channels, those that Winograd's algorithm computes faster, and what is no
    /// convolution or dense layer compute in single precision. An observer sees what single precision gives. Kernels of 128 bits
    /// are always among those that are written: they run anywhere. There is no NaN among integers: as an activation it becomes what
    /// all values below the map's range become, the least integer, and infinity the largest.
    /// </summary>
    Int8 = 1,
}

/// <summary>How weights lie in memory.</summary>
public enum WeightStorage
{
    /// <summary>32 bits, as they were loaded.</summary>
    Float32 = 0,

    /// <summary>16 bits: the upper half of a float32, a relative error of up to 2⁻⁹.</summary>
    BFloat16 = 1,

    /// <summary>8 bits, with a scale for each filter or unit: an error of up to 1/254 of the filter's largest weight.</summary>
    Int8 = 2,
}

/// <summary>The SIMD widths a network's kernels are written for.</summary>
[Flags]
public enum SimdTiers
{
    /// <summary>128 bits: SSE, Arm AdvSimd, WebAssembly, and any machine without SIMD.</summary>
    Vector128 = 1,

    /// <summary>256 bits: AVX2.</summary>
    Vector256 = 2,

    /// <summary>512 bits: AVX-512.</summary>
    Vector512 = 4,

    /// <summary>Every tier; the machine decides.</summary>
    All = Vector128 | Vector256 | Vector512,
}
