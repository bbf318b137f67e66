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

package dev.lumoauth.demo.outbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Outbox}.
 */
class OutboxTests {

	@TempDir
	private Path directory;

	private final List<Object> events = new ArrayList<>();

	@Test
	void writesEachReportIntoAFileOfItsOwn() throws Exception {
		Outbox outbox = new Outbox(this.directory.resolve("a/new/one"), this.events::add);
		SentReport first = outbox.send("Results", "the board", "Good.");
		SentReport second = outbox.send("Results", "the board", "Good.");
		assertThat(Path.of(first.file())).hasParent(this.directory.resolve("a/new/one"))
			.content()
			.isEqualTo(first.content())
			.matches("(?s)To: the board\\RSubject: Results\\RDate: \\S+\\R\\RGood\\.\\R");
		assertThat(second.file()).isNotEqualTo(first.file());
		assertThat(outbox.sent()).containsExactly(second, first);
		assertThat(this.events).containsExactly(first, second);
	}

	@Test
	void takesNoNameOfAFileAndNoHeaderFromAModel() throws Exception {
		Outbox outbox = new Outbox(this.directory, this.events::add);
		SentReport report = outbox.send("../../evil\nTo: everybody", "the\u202E board\r\nBcc: all", "Text");
		assertThat(Path.of(report.file()).getFileName().toString()).matches("report-\\d{8}-\\d{6}-[0-9a-f]{8}\\.txt");
		assertThat(report.content().lines().limit(3).map((line) -> line.replaceAll(":.*", ""))).containsExactly("To",
				"Subject", "Date");
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).hasSize(1);
		}
	}

	@Test
	void refusesWhatIsEmptyOrTooLong() {
		Outbox outbox = new Outbox(this.directory, this.events::add);
		assertThatIllegalArgumentException().isThrownBy(() -> outbox.send(" \n ", "the board", "Text"))
			.withMessage("'subject' has to have 1 to 200 characters");
		assertThatIllegalArgumentException().isThrownBy(() -> outbox.send("Results", "x".repeat(201), "Text"))
			.withMessageContaining("'recipients'");
		assertThatIllegalArgumentException().isThrownBy(() -> outbox.send("Results", "all", "x".repeat(20_001)))
			.withMessageContaining("'text'");
		assertThat(this.directory).isEmptyDirectory();
		assertThat(this.events).isEmpty();
	}

	@Test
	void saysThatItCannotWrite() throws Exception {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatIllegalStateException()
			.isThrownBy(() -> new Outbox(file, this.events::add).send("Results", "all", "Text"))
			.withMessage("The report can't be written to the outbox");
	}

	@Test
	void makesADirectoryWithTheFirstReportWhereNoneIsNamed() throws Exception {
		Outbox outbox = new Outbox("", this.events::add);
		Path first = Path.of(outbox.send("Results", "all", "Text").file());
		Path second = Path.of(outbox.send("Results", "all", "Text").file());
		assertThat(first.getParent()).isEqualTo(second.getParent())
			.asString()
			.startsWith(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().toString());
		Files.delete(first);
		Files.delete(second);
		Files.delete(first.getParent());
	}

}
