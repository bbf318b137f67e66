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

package dev.lumoauth.spring.agent;

/**
 * What exists for each agent of the application, the default one and each named one. A
 * feature tells the {@link AgentBuilder builder} of an agent which parts it adds to the
 * agent. With Spring Boot, each bean of this type is asked for each agent, in the order
 * of the beans.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AgentFeature {

	/**
	 * Add the parts of this feature to an agent. This method makes no part itself and
	 * sends no request: it says how the parts are made.
	 * @param agent the agent
	 */
	void addTo(AgentBuilder agent);

}
