using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace NetGen;

/// <summary>Reads parts of files.</summary>
internal static class FileReading
{
    /// <summary>Reads from a position until there are as many bytes as asked for.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">Takes them.</param>
    /// <param name="offset">Where in the file they start.</param>
    /// <returns>False where the file ends before.</returns>
    public static bool TryRead(this SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}
