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

/**
 * What a replica does when it needs more of a limit and the store gives no answer. What
 * it holds already can be used in any case.
 *
 * @since 0.1.0
 */
public enum OnStoreUnavailable {

	/**
	 * It uses its share: what was left when the store last answered, divided by the
	 * number of replicas at that time. If the store never answered, calls are refused.
	 */
	DIVIDE,

	/**
	 * Calls are refused.
	 */
	STOP,

	/**
	 * Calls are made, and are counted when the store answers again.
	 */
	ALLOW

}
