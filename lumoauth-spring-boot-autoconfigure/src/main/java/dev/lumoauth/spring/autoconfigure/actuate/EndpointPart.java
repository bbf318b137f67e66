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

package dev.lumoauth.spring.autoconfigure.actuate;

import org.jspecify.annotations.Nullable;

/**
 * A part of the application that {@code /actuator/lumoauth} shows beside its agents. A
 * bean of this type is asked with each request. What an agent has is described by
 * {@link dev.lumoauth.spring.agent.AgentBuilder#describes} instead.
 *
 * @since 0.1.0
 */
public interface EndpointPart {

	/**
	 * Return the name of the field.
	 * @return the name, in camel case
	 */
	String name();

	/**
	 * Describe the part, without sending a request. A description has no secret, no user,
	 * and no text that a server wrote.
	 * @return the state, an object that Jackson can write; {@code null} = nothing to tell
	 */
	@Nullable Object describe();

}
