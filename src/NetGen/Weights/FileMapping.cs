using System;
using System.IO;
using System.IO.MemoryMappedFiles;

namespace NetGen;

/// <summary>Maps whole files into memory, to be read in place.</summary>
internal static class FileMapping
{
    /// <summary>Maps a file that is not empty. The view outlives the file's handle.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length.</param>
    public static MemoryMappedViewAccessor Map(FileStream file, long length)
    {
        using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
    }

    /// <summary>Bytes of a view, whose handle the caller keeps open.</summary>
    /// <param name="view">The view.</param>
    /// <param name="offset">Where they start.</param>
    /// <param name="length">How many.</param>
    public static unsafe ReadOnlySpan<byte> Bytes(this MemoryMappedViewAccessor view, long offset, int length) =>
        new(view.Start() + offset, length);

    /// <summary>The first byte of a view, whose handle the caller keeps open.</summary>
    public static unsafe byte* Start(this MemoryMappedViewAccessor view) =>
        (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
}
