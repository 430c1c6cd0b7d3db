using System.Collections.Generic;

namespace NetGen.Generator.Emission.Kernels;

/// <summary>A kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Code">What follows its name, by which equal kernels are found: parameters and body.</param>
/// <param name="Users">The layers that call it.</param>
/// <param name="Description">What it computes.</param>
/// <param name="Calls">The kernels that it calls itself.</param>
internal sealed record Kernel(string Name, string Code, List<string> Users, string Description, IReadOnlyList<Kernel> Calls)
{
    public void AddUser(string user)
    {
        if (!Users.Contains(user))
        {
            Users.Add(user);
        }

        foreach (Kernel kernel in Calls)
        {
            kernel.AddUser(user);
        }
    }
}
