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

package dev.lumoauth.spring.capability;

import java.time.Duration;
import java.util.Collection;

/**
 * LumoAuth's answers that the replicas of an application share, so that only one of them
 * asks about each capability. They are below the memory of each replica: a replica looks
 * only for an answer that it doesn't have. Where they are kept is the implementation's.
 *
 * @since 0.1.0
 */
public interface SharedDecisions {

	/**
	 * Return what the replicas of one agent share.
	 * @param identity whose answers: the same text in each replica, and another one for
	 * each other agent, tenant and kind of question
	 * @param allowTtl for how long an allow counts from the time of its request; zero =
	 * it is not shared
	 * @param denyTtl for how long a denial counts; zero = it is not shared
	 * @param maxWait how long a thread may wait in all
	 * @return the agent's
	 */
	Agent of(String identity, Duration allowTtl, Duration denyTtl, Duration maxWait);

	/**
	 * What the replicas of one agent share.
	 */
	interface Agent {

		/**
		 * Pass on the answers of other replicas, and have LumoAuth asked for the rest.
		 * Without the other replicas' answers, LumoAuth is asked for everything.
		 * @param capabilities the names, valid ones, at least one
		 * @param source asks LumoAuth
		 * @param answers takes each name that was answered
		 * @throws dev.lumoauth.spring.LumoAuthException as the source throws it
		 */
		void ask(Collection<String> capabilities, CapabilitySource source, Answers answers);

		/**
		 * Let no replica take an answer that was requested before now. Must not block.
		 */
		void forget();

	}

	/**
	 * Takes answers as they arrive.
	 */
	@FunctionalInterface
	interface Answers {

		/**
		 * Take an answer.
		 * @param capability the name
		 * @param allowed whether the agent has it
		 * @param age the time since the answer was requested, at least; zero = this
		 * replica requested it
		 */
		void accept(String capability, boolean allowed, Duration age);

	}

}
