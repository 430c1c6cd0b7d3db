using System;
using System.IO;

namespace NetGen;

/// <summary>Writes files that nobody ever sees half of.</summary>
internal static class AtomicFile
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>Writes a file beside its place, and then moves it there.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="write">Writes its content.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        string target = Path.GetFullPath(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Deletes what processes that ended while they wrote a file have left beside it, where that can be deleted.</summary>
    /// <param name="path">The file's path.</param>
    public static void DeleteAbandoned(string path)
    {
        FileInfo target = new(path);
        foreach (FileInfo file in target.Directory!.EnumerateFiles(target.Name + ".*.tmp"))
        {
            bool isTemporary = Guid.TryParseExact(file.Name[(target.Name.Length + 1)..^".tmp".Length], "N", out _);
            if (!isTemporary || DateTime.UtcNow - file.LastWriteTimeUtc < Abandoned)
            {
                continue;
            }

            try
            {
                file.Delete();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, or still open: it stays, and is no reason not to write.
            }
        }
    }
}
