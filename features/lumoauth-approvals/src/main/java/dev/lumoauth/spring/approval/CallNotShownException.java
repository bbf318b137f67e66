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
 * A call can't be shown to a person because its arguments have no unambiguous form, or
 * because it is too long to be shown.
 *
 * @since 0.1.0
 */
public class CallNotShownException extends ApprovalException {

	private final String why;

	/**
	 * Create the exception.
	 * @param tool the name of the tool, or the method with its class
	 * @param why what is wrong with the arguments, without quoting them
	 */
	public CallNotShownException(String tool, String why) {
		this(tool, why, "");
	}

	private CallNotShownException(String tool, String why, String whatToDo) {
		super("The call of '" + tool + "' needs a person's approval, and can't be put to a person: " + why + whatToDo,
				null, null);
		this.why = why;
	}

	/**
	 * Return the exception for a call of which a person would not see everything.
	 * @param tool the name of the tool, or the method with its class
	 * @param what what is too long
	 * @param length its length in characters
	 * @param limit how many characters the person can be shown
	 * @param whatToDo what the developer can do about it; a model doesn't read it
	 * @return the exception
	 */
	public static CallNotShownException tooLong(String tool, String what, int length, int limit, String whatToDo) {
		return new CallNotShownException(tool, what + " has " + length + " characters, and the person is shown at most "
				+ limit + "; use shorter arguments", ". " + whatToDo);
	}

	@Override
	public String modelText() {
		return "Error: this call can't be put to a person for approval: " + this.why;
	}

}
