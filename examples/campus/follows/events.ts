/** The event that follows publish, as its consumers may rely on it. */
import { z } from 'zod';

export const userFollowed = z.object({ followerId: z.number(), followeeId: z.number() });
