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

package dev.lumoauth.spring.langchain4j;

import org.springframework.aop.RawTargetAccess;

/**
 * A model whose calls are those of one agent: they are counted once, however many AI
 * services have it. Spring's proxies return the plain model as it is.
 *
 * @since 0.1.0
 */
public interface AgentModel extends RawTargetAccess {

	/**
	 * Return the guard of the agent.
	 * @return the guard, by whose agent an AI service with this model is guarded
	 */
	LangChain4jGuard guard();

	/**
	 * Return the model without the agent.
	 * @return the model
	 */
	Object plain();

}
