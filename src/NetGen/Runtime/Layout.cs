using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace NetGen.Runtime;

/// <summary>Turns the caller's NCHW order into the kernels' and back. Used by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Layout
{
    /// <summary>The floats of a cache line.</summary>
    private const int LineFloats = 16;

    /// <summary>Has a cache line brought near while something else is computed; where the machine cannot, nothing happens.</summary>
    /// <param name="value">A value of the line; it need not exist.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ref float value)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
        }
    }

    /// <summary>Transposes a matrix: <c>y[column · yStride + row] = x[row · xStride + column]</c>.</summary>
    /// <param name="x">The matrix.</param>
    /// <param name="y">Takes its transpose.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="xStride">The floats from a row to the next.</param>
    /// <param name="yStride">The floats from a row of the transpose to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride)
    {
        nuint block = Avx.IsSupported ? 8u : Sse.IsSupported || AdvSimd.Arm64.IsSupported ? 4u : 1u;
        nuint row = 0;
        for (; block > 1 && row + LineFloats <= rows; row += LineFloats)
        {
            TransposeRows(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), LineFloats, columns, xStride, yStride, block);
        }

        for (; block > 1 && row + block <= rows; row += block)
        {
            TransposeRows(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), block, columns, xStride, yStride, block);
        }

        TransposeOneByOne(ref Unsafe.Add(ref x, row * xStride), ref Unsafe.Add(ref y, row), rows - row, columns, xStride, yStride);
    }

    /// <summary>
    /// Some rows, square by square, and all squares that share columns one after the other: the lines of the transpose, which may lie in
    /// few sets of the cache, are then written whole.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeRows(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride, nuint block)
    {
        nuint column = 0;
        for (; column + block <= columns; column += block)
        {
            for (nuint row = 0; row < rows; row += block)
            {
                ref float from = ref Unsafe.Add(ref x, (row * xStride) + column);
                ref float to = ref Unsafe.Add(ref y, (column * yStride) + row);
                if (Avx.IsSupported)
                {
                    Transpose8x8(ref from, ref to, xStride, yStride);
                }
                else
                {
                    Transpose4x4(ref from, ref to, xStride, yStride);
                }
            }
        }

        TransposeOneByOne(ref Unsafe.Add(ref x, column), ref Unsafe.Add(ref y, column * yStride), rows, columns - column, xStride, yStride);
    }

    private static void TransposeOneByOne(ref float x, ref float y, nuint rows, nuint columns, nuint xStride, nuint yStride)
    {
        for (nuint column = 0; column < columns; column++)
        {
            for (nuint row = 0; row < rows; row++)
            {
                Unsafe.Add(ref y, (column * yStride) + row) = Unsafe.Add(ref x, (row * xStride) + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x8(ref float x, ref float y, nuint xStride, nuint yStride)
    {
        // Halves of rows four apart come together, so that the shuffles after it stay within 128 bits.
        Vector256<float> r0 = Halves(ref x, xStride, 0);
        Vector256<float> r1 = Halves(ref x, xStride, 1);
        Vector256<float> r2 = Halves(ref x, xStride, 2);
        Vector256<float> r3 = Halves(ref x, xStride, 3);
        Store4(r0, r1, r2, r3, ref y, yStride);

        ref float right = ref Unsafe.Add(ref x, 4);
        r0 = Halves(ref right, xStride, 0);
        r1 = Halves(ref right, xStride, 1);
        r2 = Halves(ref right, xStride, 2);
        r3 = Halves(ref right, xStride, 3);
        Store4(r0, r1, r2, r3, ref Unsafe.Add(ref y, 4 * yStride), yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(ref float x, nuint stride, nuint row) => Vector256.Create(
        Vector128.LoadUnsafe(ref x, row * stride), Vector128.LoadUnsafe(ref x, (row + 4) * stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store4(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, ref float y, nuint stride)
    {
        Vector256<double> low0 = Avx.UnpackLow(r0, r1).AsDouble();
        Vector256<double> high0 = Avx.UnpackHigh(r0, r1).AsDouble();
        Vector256<double> low1 = Avx.UnpackLow(r2, r3).AsDouble();
        Vector256<double> high1 = Avx.UnpackHigh(r2, r3).AsDouble();
        Avx.UnpackLow(low0, low1).AsSingle().StoreUnsafe(ref y);
        Avx.UnpackHigh(low0, low1).AsSingle().StoreUnsafe(ref y, stride);
        Avx.UnpackLow(high0, high1).AsSingle().StoreUnsafe(ref y, 2 * stride);
        Avx.UnpackHigh(high0, high1).AsSingle().StoreUnsafe(ref y, 3 * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(ref float x, ref float y, nuint xStride, nuint yStride)
    {
        Vector128<float> r0 = Vector128.LoadUnsafe(ref x);
        Vector128<float> r1 = Vector128.LoadUnsafe(ref x, xStride);
        Vector128<float> r2 = Vector128.LoadUnsafe(ref x, 2 * xStride);
        Vector128<float> r3 = Vector128.LoadUnsafe(ref x, 3 * xStride);
        Vector128<float> even0 = ZipLower(r0, r2);
        Vector128<float> even1 = ZipUpper(r0, r2);
        Vector128<float> odd0 = ZipLower(r1, r3);
        Vector128<float> odd1 = ZipUpper(r1, r3);
        ZipLower(even0, odd0).StoreUnsafe(ref y);
        ZipUpper(even0, odd0).StoreUnsafe(ref y, yStride);
        ZipLower(even1, odd1).StoreUnsafe(ref y, 2 * yStride);
        ZipUpper(even1, odd1).StoreUnsafe(ref y, 3 * yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLower(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipUpper(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
