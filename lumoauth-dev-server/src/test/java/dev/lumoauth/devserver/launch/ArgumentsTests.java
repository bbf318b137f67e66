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

package dev.lumoauth.devserver.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.lumoauth.devserver.DevServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Arguments}.
 */
class ArgumentsTests {

	@Test
	void makesThePathOfTheConfigurationFileAbsolute() {
		String expected = Path.of("").toAbsolutePath().resolve("my file.yml").toUri().toString();
		assertThat(Arguments.prepare(new String[] { "--server.port=1", "--dev.config=./my file.yml" }))
			.containsExactly("--server.port=1", "--dev.config=" + expected);
	}

	@Test
	void leavesALocationAsItIs() {
		String[] arguments = { "--dev.config=classpath:a.yml", "--dev.config=file:/a.yml" };
		assertThat(Arguments.prepare(arguments)).containsExactly(arguments);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void printsHelpInsteadOfAServer(CapturedOutput output) throws Exception {
		DevServer.main(new String[] { "--server.port=0", "--help" });
		assertThat(output).contains("--help").doesNotContain("Tomcat");
		String document = Files.readString(Path.of("../docs/dev-server.md"));
		Matcher options = Pattern.compile("(?m)^\\| `(--[a-z.-]+)").matcher(document);
		assertThat(options.results()).isNotEmpty().allSatisfy((option) -> assertThat(output).contains(option.group(1)));
		assertThat(Arguments.help(new String[] { "--dev.config=help" })).isEmpty();
	}

}
