"""The simulated vESXi lab: host models that answer as ESX(i) 4.1 to 8.0 do, and ways to reach
them. Shares no code with the client, so that both cannot misread a host in the same way."""
