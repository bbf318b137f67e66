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
package dev.lumoauth.spring.approval.process;

import java.util.List;

import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalRequirement;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.guard.CallArguments;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls for the tests of other packages.
 */
public final class Calls {

	private Calls() {
	}

	/**
	 * Have a person asked about a call without arguments.
	 */
	public static void ask(Approvals approvals, String tool, String user, ApprovalRule rule) {
		CallToApprove call = new CallToApprove(tool, null, user, () -> CallArguments.NONE, ApprovalRequirement.of(rule),
				List.of());
		assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> approvals.admit(call));
	}

}
