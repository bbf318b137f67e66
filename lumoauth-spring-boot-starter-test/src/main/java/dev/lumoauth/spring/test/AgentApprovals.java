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

package dev.lumoauth.spring.test;

/**
 * The decision of people who are asked to approve a call of an agent.
 *
 * @since 0.1.0
 */
public enum AgentApprovals {

	/**
	 * They approve it at once.
	 */
	APPROVE,

	/**
	 * They deny it at once, without a message to the agent.
	 */
	DENY,

	/**
	 * The request expires at once without a decision.
	 */
	EXPIRE,

	/**
	 * The request stays pending until the test decides:
	 * {@link TestAgent#approve(String)}, {@link TestAgent#denyApproval(String, String)},
	 * {@link TestAgent#expireApprovals()}.
	 */
	PENDING

}
