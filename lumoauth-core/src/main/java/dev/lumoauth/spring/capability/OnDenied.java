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

/**
 * What happens to a call for which the agent lacks a capability.
 *
 * @since 0.1.0
 */
public enum OnDenied {

	/**
	 * The call is refused.
	 */
	REFUSE,

	/**
	 * The capability is requested for this one call, by a just-in-time request
	 * ({@code lumoauth.approvals}). LumoAuth's rules or a person decide. A call for a
	 * caller that the application serves is refused.
	 */
	REQUEST

}
