using System;
using System.Linq;
using NetGen.Generator.Planning;

namespace NetGen.Generator.Emission;

/// <summary>A reference that goes from pixel to pixel.</summary>
/// <param name="Name">Its name at the start of a row; within the row, <c>Pixel</c> follows that.</param>
/// <param name="RowStride">The floats from a row to the next; 0 where all rows are the same.</param>
/// <param name="PixelStride">The floats from a pixel to the next; 0 where all pixels of a row are the same.</param>
internal readonly record struct PixelReference(string Name, long RowStride, long PixelStride)
{
    /// <summary>A reference to a whole map.</summary>
    public PixelReference(string name, TensorView map)
        : this(name, map.RowStride, map.PixelStride)
    {
    }
}

/// <summary>The loops over rows and columns, in which references go from pixel to pixel: <c>xPixel</c>, <c>yPixel</c>.</summary>
internal readonly struct PixelLoop : IDisposable
{
    private readonly CodeWriter.Scope rows;
    private readonly CodeWriter.Scope columns;

    /// <summary>Opens both loops.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="height">The rows.</param>
    /// <param name="width">The columns.</param>
    /// <param name="references">The references, at the first row.</param>
    public PixelLoop(CodeWriter writer, int height, int width, params PixelReference[] references)
    {
        rows = writer.Loop("row", height, [.. references.Where(r => r.RowStride > 0).Select(r => (r.Name, r.RowStride))]);
        foreach (PixelReference reference in references)
        {
            writer.Line($"ref float {reference.Name}Pixel = ref {reference.Name};");
        }

        columns = writer.Loop("column", width, [.. references.Where(r => r.PixelStride > 0).Select(r => (r.Name + "Pixel", r.PixelStride))]);
    }

    /// <summary>Moves the references on, and closes both loops.</summary>
    public void Dispose()
    {
        columns.Dispose();
        rows.Dispose();
    }
}
