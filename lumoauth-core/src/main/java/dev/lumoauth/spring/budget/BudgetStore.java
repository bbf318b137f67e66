/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.budget;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Keeps what agents have used of their budgets, so that it outlasts the process. Several
 * processes may use one store: each adds its own usage and learns the sum. A store that
 * {@linkplain #reserve reserves} has the last word about a model call, so that the
 * processes together stay within a limit.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BudgetStore extends AutoCloseable {

	/**
	 * Add to counts in one step: all of them, or none. Called on a thread of the library
	 * that may block, never by two threads of one agent at the same time.
	 * @param amounts what to add to each count, in the unit of its limit. The amount may
	 * be 0, to learn the sum only, and it may be negative, when a call has used less than
	 * was reserved for it. A count that the store does not have yet starts at 0
	 * @return what is known of each of these counts
	 * @throws RuntimeException if it is not certain that the amounts are kept. They are
	 * then added again, together with what has been used in the meantime
	 */
	Map<Count, Sum> add(Map<Count, Long> amounts);

	/**
	 * Reserve what a model call is expected to use, before the call begins: all of it, or
	 * nothing. Called without a lock. What {@link #add} adds is told in addition.
	 * @param hold what to reserve, until it is settled or cancelled
	 * @param mayWait whether this thread may wait for other processes' answer
	 * @return {@code null} if it is reserved, otherwise the limit that does not have it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if that can't be found out
	 */
	default @Nullable Refusal reserve(Hold hold, boolean mayWait) {
		return null;
	}

	/**
	 * Count what a model call has used, and release what was reserved for it. Does not
	 * wait.
	 * @param hold what was reserved; {@code null} = nothing
	 * @param used what the call has used beyond what counted when it began
	 */
	default void settle(@Nullable Hold hold, Map<Count, Long> used) {
	}

	/**
	 * Release what was reserved for a model call that was not made. Does not wait.
	 * @param hold what was reserved
	 */
	default void cancel(Hold hold) {
	}

	/**
	 * Return whether {@link #reserve} may have to wait for other processes.
	 * @return {@code false} by default
	 */
	default boolean waits() {
		return false;
	}

	/**
	 * Release what the store holds.
	 */
	@Override
	default void close() {
	}

	/**
	 * Return a store in a file, for one process. The file can have the counts of several
	 * agents and tenants. What {@link #add} has returned is on the disk.
	 * @param file the file, which is created if it does not exist
	 * @return the store. Until it is closed, no other process can use the file
	 * @throws dev.lumoauth.spring.LumoAuthSetupException if the file can't be used
	 */
	static BudgetStore inFile(Path file) {
		return new FileBudgetStore(file);
	}

	/**
	 * The count of one limit in one of its periods.
	 *
	 * @param tenant the address of the tenant or organization at LumoAuth
	 * @param agent the client id of the agent
	 * @param limit the name of the limit in LumoAuth's policy, such as
	 * {@code max_tokens_per_day}
	 * @param since the beginning of the period
	 * @param until its end
	 */
	record Count(String tenant, String agent, String limit, Instant since, Instant until) {

	}

	/**
	 * What is known of a count.
	 *
	 * @param used what all processes have used
	 * @param held what other processes hold, and may have used without having told
	 */
	record Sum(long used, long held) {

	}

	/**
	 * What a model call takes of a count.
	 *
	 * @param used what counts as used as soon as the call begins
	 * @param reserved what the call is expected to use
	 * @param limit the limit; {@code null} = there is none, and the claim is never
	 * refused
	 * @param ahead how much more LumoAuth counts than the processes; negative if it has
	 * taken something back
	 * @param atLeast what is used at least, as LumoAuth says
	 */
	record Claim(long used, long reserved, @Nullable Long limit, long ahead, long atLeast) {

	}

	/**
	 * What one model call takes. Two holds are never equal.
	 */
	final class Hold {

		private final Map<Count, Claim> claims;

		/**
		 * Create a hold.
		 * @param claims what the call takes of each count
		 */
		public Hold(Map<Count, Claim> claims) {
			this.claims = claims;
		}

		/**
		 * Return what the call takes.
		 * @return the claims, in the order of the limits
		 */
		public Map<Count, Claim> claims() {
			return this.claims;
		}

	}

	/**
	 * A limit that does not have what a model call needs.
	 *
	 * @param limit the name of the limit
	 * @param used what is used of it, with what is held for other calls
	 * @param most the limit
	 */
	record Refusal(String limit, long used, long most) {

	}

}
