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

package dev.lumoauth.spring.approval;

/**
 * Too many calls wait for a person, so nobody is asked about this one: a model in a loop
 * must not send people endless requests. At most 1,000 calls of an agent wait, and
 * {@code lumoauth.approvals.max-pending-per-user} of one user.
 *
 * @since 0.1.0
 */
public class TooManyPendingException extends ApprovalException {

	/**
	 * Create the exception.
	 * @param tool the name of the tool, or the method with its class
	 * @param limit the limit
	 */
	public TooManyPendingException(String tool, int limit) {
		super("The call of '" + tool + "' needs a person's approval, and " + limit
				+ " calls are already waiting: decide or cancel some, or raise "
				+ "lumoauth.approvals.max-pending-per-user (20, and 1000 for the agent)", null, null);
	}

	@Override
	public String modelText() {
		return "Error: too many calls wait for a person's approval; wait until they are decided.";
	}

}
