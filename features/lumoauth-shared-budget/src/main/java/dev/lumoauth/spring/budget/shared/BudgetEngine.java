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

package dev.lumoauth.spring.budget.shared;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where the replicas keep what they have used of a limit in one period. Each call is one
 * atomic step, by the clock of the store: the replicas' clocks don't matter.
 *
 * @since 0.1.0
 */
public interface BudgetEngine {

	/**
	 * Tell what a replica has used, and take a portion of what is left. May be called
	 * again with the same question if the answer was lost.
	 * @param ask what the replica tells and needs
	 * @return the answer
	 * @throws BudgetStoreException if there is no answer, with words for the log
	 */
	Answer exchange(Ask ask);

	/**
	 * Check at the application's start that the store can do what is needed. A store that
	 * does not answer may do so later.
	 * @throws dev.lumoauth.spring.LumoAuthSetupException if it can't, whenever it answers
	 */
	void check();

	/**
	 * Return what the store is called in descriptions.
	 * @return a word, such as {@code redis}
	 */
	String name();

	/**
	 * The count of one limit in one period.
	 *
	 * @param tenant the address of the tenant or organization at LumoAuth
	 * @param agent the client id of the agent
	 * @param limit the name of the limit in LumoAuth's policy
	 * @param since the beginning of the period
	 * @param until its end
	 */
	record Key(String tenant, String agent, String limit, Instant since, Instant until) {

	}

	/**
	 * What a replica tells and needs, in the unit of the limit.
	 *
	 * @param key the count
	 * @param replica a random name of this process
	 * @param used what this process has used in this period
	 * @param told what of that the store has confirmed and may have forgotten who told it
	 * @param reserved what calls under way are expected to use
	 * @param spare what this process holds beyond that
	 * @param needed what the next call needs beyond what is spare; 0 = no call waits
	 * @param wanted what the process would like to get, if much is left
	 * @param limit the limit; {@code null} = none
	 * @param ahead how much more LumoAuth counts than the replicas
	 * @param atLeast what is used at least
	 * @param leaving whether the process ends
	 */
	record Ask(Key key, String replica, long used, long told, long reserved, long spare, long needed, long wanted,
			@Nullable Long limit, long ahead, long atLeast, boolean leaving) {

	}

	/**
	 * What the store says.
	 *
	 * @param current whether the store's time is in the period; if not, nothing else was
	 * done
	 * @param now the store's time, in milliseconds since 1970
	 * @param granted what the process got. If it needed something and got nothing, its
	 * spare has been given back
	 * @param used what all replicas have used, as they told
	 * @param held what the other replicas hold
	 * @param replicas how many replicas share the limit
	 * @param left what is left of the limit for everyone
	 */
	record Answer(boolean current, long now, long granted, long used, long held, int replicas, long left) {

	}

}
