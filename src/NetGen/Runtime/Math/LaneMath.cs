using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>
/// What packing computes on rows of lanes, most of whose lengths are multiples of four. It is compiled as a whole at once: the first network
/// is loaded before tiering has noticed anything.
/// </summary>
internal static class LaneMath
{
    /// <summary>Multiplies two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> target)
    {
        // The check that the loops leave out.
        _ = x[..target.Length].Length + y[..target.Length].Length;
        ref float a = ref MemoryMarshal.GetReference(x);
        ref float b = ref MemoryMarshal.GetReference(y);
        ref float z = ref MemoryMarshal.GetReference(target);
        nuint length = (nuint)target.Length;
        nuint l = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; l + 16 <= length; l += 16)
            {
                (Vector512.LoadUnsafe(ref a, l) * Vector512.LoadUnsafe(ref b, l)).StoreUnsafe(ref z, l);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; l + 8 <= length; l += 8)
            {
                (Vector256.LoadUnsafe(ref a, l) * Vector256.LoadUnsafe(ref b, l)).StoreUnsafe(ref z, l);
            }
        }

        for (; l + 4 <= length; l += 4)
        {
            (Vector128.LoadUnsafe(ref a, l) * Vector128.LoadUnsafe(ref b, l)).StoreUnsafe(ref z, l);
        }

        for (; l < length; l++)
        {
            Unsafe.Add(ref z, l) = Unsafe.Add(ref a, l) * Unsafe.Add(ref b, l);
        }
    }

    /// <summary>Adds rows, each multiplied with a factor.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="stride">The floats from a row to the next.</param>
    /// <param name="factors">A factor for each row.</param>
    /// <param name="target">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> factors, Span<float> target)
    {
        // The check that the loops leave out.
        _ = rows.Slice((factors.Length - 1) * stride, target.Length);
        ref float first = ref MemoryMarshal.GetReference(rows);
        ref float factor = ref MemoryMarshal.GetReference(factors);
        ref float z = ref MemoryMarshal.GetReference(target);
        nuint length = (nuint)target.Length;
        nuint count = (nuint)factors.Length;
        nuint step = (nuint)stride;
        nuint l = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; l + 16 <= length; l += 16)
            {
                Vector512<float> sum = default;
                for (nuint k = 0; k < count; k++)
                {
                    sum = Vector512.MultiplyAddEstimate(
                        Vector512.LoadUnsafe(ref first, (k * step) + l), Vector512.Create(Unsafe.Add(ref factor, k)), sum);
                }

                sum.StoreUnsafe(ref z, l);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; l + 8 <= length; l += 8)
            {
                Vector256<float> sum = default;
                for (nuint k = 0; k < count; k++)
                {
                    sum = Vector256.MultiplyAddEstimate(
                        Vector256.LoadUnsafe(ref first, (k * step) + l), Vector256.Create(Unsafe.Add(ref factor, k)), sum);
                }

                sum.StoreUnsafe(ref z, l);
            }
        }

        for (; l + 4 <= length; l += 4)
        {
            Vector128<float> sum = default;
            for (nuint k = 0; k < count; k++)
            {
                sum = Vector128.MultiplyAddEstimate(
                    Vector128.LoadUnsafe(ref first, (k * step) + l), Vector128.Create(Unsafe.Add(ref factor, k)), sum);
            }

            sum.StoreUnsafe(ref z, l);
        }

        for (; l < length; l++)
        {
            float sum = 0;
            for (nuint k = 0; k < count; k++)
            {
                sum = float.MultiplyAddEstimate(Unsafe.Add(ref first, (k * step) + l), Unsafe.Add(ref factor, k), sum);
            }

            Unsafe.Add(ref z, l) = sum;
        }
    }
}
