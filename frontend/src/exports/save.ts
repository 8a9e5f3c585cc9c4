/** A file from the clinic's server, put where this device keeps what is downloaded. */
import { api } from '../api/client';

/** Fetches a file and hands it to the browser; its name. */
export async function save(path: string): Promise<string> {
  const { content, name } = await api.file(path);
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // the browser has taken hold of it by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}
