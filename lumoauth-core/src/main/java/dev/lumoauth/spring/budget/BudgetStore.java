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

/**
 * Keeps what agents have used of their budgets, so that it outlasts the process. Several
 * processes may use one store: each adds its own usage and learns the sum.
 * <p>
 * Called on a thread of the library that may block, never by two threads of one agent at
 * the same time.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BudgetStore extends AutoCloseable {

	/**
	 * Add to counts in one step: all of them, or none.
	 * @param amounts what to add to each count, in the unit of its limit. The amount may
	 * be 0, to learn the sum only, and it may be negative, when a call has used less than
	 * was reserved for it. A count that the store does not have yet starts at 0
	 * @return the sum of each of these counts
	 * @throws RuntimeException if it is not certain that the amounts are kept. They are
	 * then added again, together with what has been used in the meantime
	 */
	Map<Count, Long> add(Map<Count, Long> amounts);

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
	 */
	record Count(String tenant, String agent, String limit, Instant since) {

	}

}
