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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A person has denied calls of this tool for this user, so for a while nobody is asked
 * about the tool again, whatever the arguments ({@code lumoauth.approvals.after-denial}).
 * Otherwise a model could change a word after each denial, until a person gives in.
 *
 * @since 0.1.0
 */
public class TooSoonAfterDenialException extends ApprovalException {

	private final @Nullable Instant until;

	private TooSoonAfterDenialException(String message, @Nullable Instant until, @Nullable Throwable cause) {
		super(message, null, cause);
		this.until = until;
	}

	/**
	 * Return the exception for a tool whose last question was denied, or whose question
	 * after a denial is not decided yet.
	 * @param tool the name of the tool, or the method with its class
	 * @param denials how many calls of the tool were denied for this user within a day
	 * @param until until when nobody is asked; {@code null} if that depends on a question
	 * that waits
	 * @return the exception
	 */
	public static TooSoonAfterDenialException of(String tool, int denials, @Nullable Instant until) {
		return new TooSoonAfterDenialException("The call of '" + tool + "' needs a person's approval, and people have "
				+ "denied " + denials + " calls of it for this user within a day: nobody is asked about it "
				+ ((until != null) ? "before " + until : "while another question about it waits")
				+ ". The property lumoauth.approvals.after-denial sets the pause", until, null);
	}

	/**
	 * Return the exception for a task in which LumoAuth accepts no more requests after a
	 * denial.
	 * @param tool the name of the tool, or the method with its class
	 * @param until when the task ends
	 * @param refusal LumoAuth's refusal
	 * @return the exception
	 */
	public static TooSoonAfterDenialException suspended(String tool, Instant until, RuntimeException refusal) {
		return new TooSoonAfterDenialException("The call of '" + tool + "' needs a person's approval, and nobody is "
				+ "asked: LumoAuth accepts no more requests in the task of this conversation, since people have denied "
				+ "some. The task ends at " + until, until, refusal);
	}

	/**
	 * Return until when nobody is asked.
	 * @return the time; {@code null} if a question about the tool waits for a person
	 */
	public @Nullable Instant getUntil() {
		return this.until;
	}

	@Override
	public String modelText() {
		return "Error: a person has denied calls of this tool, so nobody is asked about it now. Stop calling it, and "
				+ "tell the user.";
	}

}
